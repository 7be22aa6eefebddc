/** What a helper puts into HTML as it is. Everything in it that comes from data was escaped by the helper. */
export class Markup {
	constructor(readonly html: string) {}
}
