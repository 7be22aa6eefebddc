import { gsmInsteadOf, smsLength } from '../../lib';

/** Notes the SMS that cost more than one message, to report them once for all items. */
export class SmsHints {
	private total = 0;

	private long = 0;

	private most = 1;

	private readonly characters = new Set<string>();

	note(sms: string | undefined): void {
		if (sms === undefined) return;
		const { segments, nonGsmCharacters } = smsLength(sms);
		this.total += 1;
		if (segments <= 1) return;
		this.long += 1;
		this.most = Math.max(this.most, segments);
		for (const character of nonGsmCharacters) this.characters.add(character);
	}

	/** Nothing, or what it costs and how it would cost less. */
	messages(): string[] {
		if (this.long === 0) return [];
		const which = this.total === 1 ? 'The SMS takes' : `${this.long} of ${this.total} SMS take`;
		const upTo = this.long === 1 ? '' : 'up to ';
		const cost = `${which} ${upTo}${this.most} segments; each is billed as a message.`;
		return [[cost, this.cause(), this.wayOut()].filter(Boolean).join(' ')];
	}

	private cause(): string {
		if (this.characters.size === 0) return 'One holds 160 characters, several 153 each.';
		const shown = [...this.characters].slice(0, 10).join(' ');
		const more = this.characters.size > 10 ? ' …' : '';
		return `Because of ${shown}${more} a segment holds 70 characters instead of 160.`;
	}

	private wayOut(): string {
		const pairs = [...this.characters].flatMap((character) => {
			const instead = gsmInsteadOf(character);
			return instead === undefined
				? []
				: [`${instead.trim() || 'a space'} for ${nameOf(character)}`];
		});
		return pairs.length > 0 ? `Write ${pairs.slice(0, 10).join(', ')}.` : '';
	}
}

/** A space of another kind cannot be seen. */
function nameOf(character: string): string {
	return (
		character.trim() ||
		`the space U+${character.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`
	);
}
