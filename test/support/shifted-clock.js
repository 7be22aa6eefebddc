'use strict';

// Loaded before a program, shifts its clock by this many milliseconds.

const shift = Number(process.env.CLOCK_SHIFT);
const RealDate = Date;

globalThis.Date = class extends RealDate {
	constructor(...args) {
		super(...(args.length === 0 ? [RealDate.now() + shift] : args));
	}

	static now() {
		return RealDate.now() + shift;
	}
};
