import { isWorthRetrying } from './explain-error';

/** Clients that take the same rows in different orders can get in each other's way only so many times. */
const MOST_TRIES = 10;

/** Repeats a statement that was undone by a deadlock, or by a row that another client inserted first. */
export async function retried<Result>(attempt: () => Promise<Result>): Promise<Result> {
	for (let tries = 1; ; tries++) {
		try {
			return await attempt();
		} catch (error) {
			if (!isWorthRetrying(error) || tries === MOST_TRIES) {
				throw error;
			}
		}
	}
}
