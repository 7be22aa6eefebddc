import { CouponPoolsError } from '../errors';
import { checkChoice } from '../texts/check-choice';
import type { MacroCall, MacroValues, NoMacroCode, RenderedMessage } from './message';
import type { MacroCoupon, MessageRequest } from './message-request';
import { compileMessage } from './render';
import { UNANSWERED } from './run';

/** A message in the making: what it shows, as far as the codes of its macros are known. */
export class Draft {
	message: RenderedMessage | null = null;

	error: CouponPoolsError | null = null;

	readonly coupons: MacroCoupon[] = [];

	private readonly answers = new Map<string, string | NoMacroCode>();

	private unanswered = new Map<string, MacroCall>();

	private render?: (context: object) => RenderedMessage;

	constructor(
		readonly request: MessageRequest,
		/** Its index among the requests. */
		readonly item: number,
	) {}

	/**
	 * Renders it with what is known. The result is the message, or a failure, or there are macros that it shows and whose
	 * codes are not known yet.
	 *
	 * @returns those macros, each once
	 */
	proceed(): MacroCall[] {
		this.unanswered = new Map();
		try {
			const { template, context, options, whenNoCode = 'error' } = this.request;
			checkChoice(whenNoCode, 'When the Pool Has No Code', ['error', 'blank']);
			this.render ??= compileMessage(template, { ...options, macros: this.answer });
			const message = this.render(context);
			if (this.unanswered.size === 0) this.message = message;
		} catch (failure) {
			this.fail(failure);
			return [];
		}
		return [...this.unanswered.values()];
	}

	/** Takes the answer to a macro; for `last_promocode`, no code is the empty text. */
	accept({ macro, pool }: MacroCall, coupon: MacroCoupon): void {
		this.coupons.push(coupon);
		const blank = macro === 'last_promocode' || this.request.whenNoCode === 'blank';
		this.answers.set(keyOf(macro, pool), coupon.code ?? (blank ? '' : coupon));
	}

	/** Keeps why there is no message. An error that is not ours is a fault of the program, and is thrown. */
	fail(failure: unknown): void {
		if (!(failure instanceof CouponPoolsError)) throw failure;
		const { code, message, hint } = failure;
		const held = this.coupons.flatMap((one) =>
			one.code === null || one.source === 'preview' ? [] : [`${one.code} (${one.pool})`],
		);
		const kept = held.length > 0 ? `The recipient holds: ${held.join(', ')}.` : '';
		this.error = new CouponPoolsError(code, message, {
			hint: [hint, kept].filter(Boolean).join(' '),
			item: this.item,
			cause: failure,
		});
	}

	private readonly answer: MacroValues = (macro, pool) => {
		const key = keyOf(macro, pool);
		const known = this.answers.get(key);
		if (known !== undefined) return known;
		this.unanswered.set(key, { macro, pool });
		throw UNANSWERED;
	};
}

function keyOf(macro: MacroCall['macro'], pool: string): string {
	return `${macro} ${pool}`;
}
