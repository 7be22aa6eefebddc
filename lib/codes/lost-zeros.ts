/**
 * Tells whether a spreadsheet has dropped the leading zeros of codes that are numbers.
 *
 * One such code alone cannot be told from a shorter one. A whole file can: of random codes of eight
 * digits, nine in ten do not begin with a zero; where zeros were dropped, those nine in ten have eight
 * digits, none of them begins with a zero, and the tenth is shorter. So the zeros count as lost if
 *
 * - nine in ten codes consist of digits alone, and
 * - of these, none begins with a zero, the longest ones have at least six digits, and four in five are
 *   of that length.
 *
 * Then the shorter ones are refused. Rows that are right nevertheless can be uploaded as a file of their own.
 */
export class NumericCodes {
	private codes = 0;

	private numeric = 0;

	private withZero = false;

	private readonly ofLength = new Map<number, number>();

	see(code: string): void {
		this.codes++;
		const first = code.charCodeAt(0);
		if (first < ZERO || first > NINE || !/^\d+$/.test(code)) {
			return;
		}
		this.numeric++;
		this.withZero ||= first === ZERO && code.length > 1;
		this.ofLength.set(code.length, (this.ofLength.get(code.length) ?? 0) + 1);
	}

	/** How many digits the codes had before the zeros were lost; null if none were. */
	lengthBeforeLoss(): number | null {
		const longest = Math.max(...this.ofLength.keys());
		const whole = this.ofLength.get(longest) ?? 0;
		const isLost =
			this.ofLength.size > 1 &&
			longest >= 6 &&
			!this.withZero &&
			this.numeric >= 0.9 * this.codes &&
			whole >= 0.8 * this.numeric;
		return isLost ? longest : null;
	}
}

/** Why a code with fewer digits is refused then. */
export function lostZerosReason(length: number): string {
	return `has fewer than the ${length} digits of the others: a spreadsheet has probably dropped leading zeros; format the column as text and export it again`;
}

const ZERO = '0'.charCodeAt(0);
const NINE = '9'.charCodeAt(0);
