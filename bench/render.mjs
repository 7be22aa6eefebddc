// 100,000 messages, HTML and text, against Handlebars alone.

import { createRequire } from 'node:module';

import Handlebars from 'handlebars';

import { perSecond } from './clients.mjs';
import { takeTurns } from './turns.mjs';

const { compileMessage } = createRequire(import.meta.url)('../dist/lib/messages/render.js');

const MESSAGES = 100_000;

/** At least this fraction of the messages per second. */
const GOAL = 0.7;

const HTML = `<html><body><h1>Hello {{name}}</h1><p>You left {{cart.count}} things in your cart.</p>
<table>{{#each cart.items}}<tr><td>{{@index}}</td><td>{{title}}</td><td>{{price}}</td></tr>{{/each}}</table>
{{#if coupon.code}}<p>Use <b>{{coupon.code}}</b>{{#if coupon.expiresAt}} until {{coupon.expiresAt}}{{/if}}.</p>{{else}}<p>See you</p>{{/if}}
<a href="https://shop.example/?c={{coupon.code}}">{{shop.name}}</a></body></html>`;

const TEXT = `Hello {{name}}, you left {{cart.count}} things in your cart:
{{#each cart.items}}- {{title}}, {{price}}
{{/each}}Use {{coupon.code}} at {{shop.name}}: https://shop.example/?c={{coupon.code}}`;

export async function render() {
	const ours = compileMessage({ html: HTML, text: TEXT });
	const bareHtml = Handlebars.compile(HTML);
	const bareText = Handlebars.compile(TEXT, { noEscape: true });
	const bare = (context) => ({ html: bareHtml(context), text: bareText(context) });
	checkSame(ours, bare);

	const contexts = Array.from({ length: MESSAGES }, (_, index) => contextOf(index));
	// Both begin with compiled code.
	for (const make of [ours, bare]) contexts.slice(0, 10_000).forEach((context) => make(context));
	const seconds = await takeTurns({
		floor: () => renderAll(bare, contexts),
		ours: () => renderAll(ours, contexts),
	});
	const ratio = seconds.floor / seconds.ours;
	return [
		{
			case: `render: ${MESSAGES.toLocaleString('en')} messages, HTML and text`,
			ours: perSecond(MESSAGES / seconds.ours),
			floor: perSecond(MESSAGES / seconds.floor),
			ratio: ratio.toFixed(2),
			goal: `>= ${GOAL}`,
			met: ratio >= GOAL,
		},
	];
}

function contextOf(index) {
	return {
		name: `Jane <${index}>`,
		shop: { name: 'A & B' },
		coupon: { code: `C${index}`, expiresAt: '2026-12-31T23:59:59.999Z' },
		cart: {
			count: 3,
			items: [
				{ title: 'Shirt', price: '19.90' },
				{ title: 'Cup & saucer', price: '8.50' },
				{ title: 'Socks', price: '4.00' },
			],
		},
	};
}

function checkSame(ours, bare) {
	const [one, other] = [ours(contextOf(1)), bare(contextOf(1))];
	if (one.html !== other.html || one.text !== other.text) {
		throw new Error(`The messages differ: ${JSON.stringify([one, other])}`);
	}
}

function renderAll(make, contexts) {
	let length = 0;
	for (const context of contexts) {
		const { html, text } = make(context);
		length += html.length + text.length;
	}
	// The compiler may leave out what is not used.
	if (length === 0) throw new Error('Nothing was rendered');
}
