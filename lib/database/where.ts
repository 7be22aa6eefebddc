import type { SqlValue } from './database';

/**
 * The conditions of a statement whose filters are optional. Only those that are set are written, so that the
 * planner sees which index serves.
 *
 * @example
 * const where = new Where();
 * where.and`pool_id = ${poolId}`;
 * await session.query(`select … where ${where.text}`, where.values);
 */
export class Where {
	readonly values: SqlValue[] = [];

	private readonly conditions: string[] = [];

	get text(): string {
		return this.conditions.length === 0 ? 'true' : this.conditions.join(' and ');
	}

	/** Each `${value}` of the condition is sent as a value, never as text of the statement. */
	and(condition: TemplateStringsArray, ...values: SqlValue[]): void {
		this.conditions.push(
			condition.reduce((text, part, index) => `${text}${this.value(values[index - 1])}${part}`),
		);
	}

	/** A placeholder for a value elsewhere in the statement. */
	value(value: SqlValue): string {
		return `$${this.values.push(value)}`;
	}
}
