/**
 * Gathers lines into one text. Every few hundred are joined at once: otherwise thousands of short strings would wait
 * for their block, each an object that the garbage collector finds alive and carries on.
 */
export class LineBuilder {
	/** Lines so far. */
	lines = 0;

	/** Characters so far, line breaks not counted. */
	length = 0;

	private readonly joined: string[] = [];

	private loose: string[] = [];

	add(line: string): void {
		this.lines++;
		this.length += line.length;
		this.loose.push(line);
		if (this.loose.length === LOOSE) {
			this.joined.push(this.loose.join('\n'));
			this.loose = [];
		}
	}

	text(): string {
		return [...this.joined, ...(this.loose.length > 0 ? [this.loose.join('\n')] : [])].join('\n');
	}
}

const LOOSE = 250;
