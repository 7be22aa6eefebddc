import { isWorthRetrying } from './explain-error';

/** Clients that take the same rows in other orders can only be in each other's way so many times. */
const MOST_TRIES = 10;

/** A statement that a deadlock, or a row that another client inserted first, has undone, done again. */
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
