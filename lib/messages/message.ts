/**
 * What a message is made from: Handlebars templates, one for each part that is wanted.
 *
 * Besides Handlebars, the suites' own placeholders work (see `suite-placeholders.ts`).
 */
export interface MessageTemplate {
	readonly subject?: string;
	/** The only part in which values are escaped. */
	readonly html?: string;
	readonly text?: string;
	readonly sms?: string;
	readonly push?: { readonly title?: string; readonly body?: string };
}

/** The parts that the template has, rendered. */
export interface RenderedMessage extends MessageTemplate {
	/** Those that `pictures: 'attached'` is to send along; left out if there are none. */
	readonly pictures?: readonly AttachedPicture[];
}

/** A file for the mail that carries the HTML. */
export interface AttachedPicture {
	/** The HTML shows it as `cid:…`. */
	readonly contentId: string;
	readonly fileName: string;
	readonly mimeType: 'image/png';
	readonly content: Buffer;
}

export type MessagePart = 'subject' | 'html' | 'text' | 'sms' | 'push title' | 'push body';

export interface RenderOptions {
	/**
	 * What a placeholder becomes if its field is not there: nothing (`blank`, default) or an `invalid_template` error
	 * that names it. A field that is null is there, and blank; so a coupon that never expires is `{{#if
	 * coupon.expiresAt}}until {{date coupon.expiresAt}}{{/if}}`. Blocks (`#if`, `#each`…) may always ask for a field that
	 * is not there.
	 */
	readonly missingFields?: 'blank' | 'error';
	/** Where dates are shown and days are counted. Default UTC. */
	readonly timezone?: string;
	/** Language of dates, such as `de` or `en-GB`. Default `en`. */
	readonly locale?: string;
	/** Luxon tokens for dates, such as `dd.MM.yyyy`; `mm` is minutes. Default: the locale's long date. */
	readonly dateFormat?: string;
	/** What stands for a date that is null, the expiry of a coupon that never expires. Default: nothing. */
	readonly noExpiry?: string;
	/**
	 * Where the pictures of `{{qrcode …}}` and `{{barcode …}}` are: in the HTML itself (`inline`, default),
	 * which Gmail and Outlook do not show, or beside it (`attached`), for the mail to carry along.
	 */
	readonly pictures?: 'inline' | 'attached';
	/** From when days left are counted. Default: the moment of rendering. */
	readonly now?: Date;
	/** Answers the macros; without it, a template that has one is refused. */
	readonly macros?: MacroValues;
}

/** A placeholder of "Promo codes" that itself takes (or repeats) a code: `{{client.promocode('pool')}}`. */
export interface MacroCall {
	readonly macro: 'promocode' | 'last_promocode';
	readonly pool: string;
}

/**
 * The code that stands for a macro in the message of one context; undefined counts as a missing field. It is called
 * only for macros in branches that are shown.
 */
export type MacroValues = (
	macro: MacroCall['macro'],
	pool: string,
	context: object,
) => string | NoMacroCode | undefined;

/**
 * Says that there is no code, and why: an error where the code would stand, whatever `missingFields` says. A block may
 * ask for it all the same: `{{#if client.promocode('pool')}}…{{else}}…{{/if}}`.
 */
export interface NoMacroCode {
	readonly code: null;
	/** A sentence without its full stop. */
	readonly message: string;
}
