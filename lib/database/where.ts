import type { SqlValue } from './database';

/** A condition and the values in it, which are sent as values, never as text of the statement. */
export interface Condition {
	readonly parts: readonly string[];
	readonly values: readonly SqlValue[];
}

export function condition(parts: TemplateStringsArray, ...values: SqlValue[]): Condition {
	return { parts, values };
}

/**
 * The conditions of a statement whose filters are optional. Only those that are set are written, so that the
 * planner sees which index to use.
 *
 * @example
 * const where = new Where();
 * where.and(condition`pool_id = ${poolId}`);
 * await session.query(`select … where ${where.text}`, where.values);
 */
export class Where {
	private readonly texts: string[] = [];

	/** @param values the values of the statement so far, if it has several sets of conditions */
	constructor(readonly values: SqlValue[] = []) {}

	get text(): string {
		return this.texts.length === 0 ? 'true' : this.texts.join(' and ');
	}

	and({ parts, values }: Condition): void {
		this.texts.push(
			parts.reduce((text, part, index) => `${text}${this.value(values[index - 1])}${part}`),
		);
	}

	/** A placeholder for a value elsewhere in the statement. */
	value(value: SqlValue): string {
		return `$${this.values.push(value)}`;
	}
}
