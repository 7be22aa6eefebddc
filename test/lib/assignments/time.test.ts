import type { Session } from '../../../lib/database/database';
import { onBothDatabases, onCitus, onPostgres } from '../../support/databases';
import { inFrozenTime } from '../../support/frozen-time';
import { assignInProcess } from '../../support/processes';
import { poolWith } from '../../support/stock';

const jane = [{ recipient: 'jane', campaign: 'cart' }];

async function assignedAgo(session: Session, age: string): Promise<void> {
	await session.query('update :schema.assignments set assigned_at = now() - $1::interval', [age]);
}

onBothDatabases('the 24-hour rule', (fixture) => {
	it.each([
		['23:59:50', 'C001', 'repeat'],
		// The nodes of a cluster each have a clock of their own, which does not stand still.
		...(onCitus ? [] : [['23:59:59.999999', 'C001', 'repeat']]),
		['24:00:00', 'C002', 'initial'],
		['24:00:01', 'C002', 'initial'],
	])('gives after %s the code %s: %s', async (age, code, issue) => {
		const { id } = await poolWith(fixture, 2);
		await fixture.coupons.assign(id, jane);
		await inFrozenTime(fixture.database, async (coupons, session) => {
			await assignedAgo(session, age);
			expect(await coupons.assign(id, jane)).toMatchObject([{ code, issue }]);
		});
	});

	it.each(['begins', 'ends'])(
		'is 24 hours where summer time %s in them, by whatever clock the connection goes',
		async (change) => {
			const { id } = await poolWith(fixture, 2);
			await fixture.coupons.assign(id, jane);
			await inFrozenTime(fixture.database, async (coupons, session) => {
				const day = (days: number) =>
					`to_char(now() at time zone 'UTC' + interval '${days} days', 'FMDDD')`;
				// A zone of our own, whose clocks were changed at the last midnight of UTC, which is 01:00 of its summer
				// time. Day numbers count from 0.
				const [{ today, later }] = await session.query<{ today: string; later: string }>(
					`select (${day(0)}::int - 1)::text as today, (${day(60)}::int - 1)::text as later`,
				);
				const rule = change === 'begins' ? `${today}/0,${later}/1` : `${later}/0,${today}/1`;
				await session.query(`set local time zone 'WIN0SUM,${rule}'`);
				const [{ hours }] = await session.query<{ hours: number }>(
					"select (extract(epoch from now() - (now() - interval '1 day')) / 3600)::float8 as hours",
				);
				// That day was a short or a long one: a rule of days would be wrong.
				expect(hours).toBe(change === 'begins' ? 23 : 25);

				await assignedAgo(session, '23:59:59');
				expect(await coupons.assign(id, jane)).toMatchObject([{ code: 'C001', issue: 'repeat' }]);
				await assignedAgo(session, '24:00:01');
				expect(await coupons.assign(id, jane)).toMatchObject([{ code: 'C002', issue: 'initial' }]);
			});
		},
	);
});

onBothDatabases('the expiration cutoff', (fixture) => {
	it.each([
		['168:00:01', 'C001'],
		['168:00:00', null],
		['167:59:59', null],
	])('of 7 days, for a code that expires in %s, gives %s', async (left, code) => {
		const { id } = await poolWith(fixture, 1, { expirationCutoffDays: 7 });
		await inFrozenTime(fixture.database, async (coupons, session) => {
			await session.query('update :schema.codes set expires_at = now() + $1::interval', [left]);
			expect(await coupons.assign(id, jane)).toMatchObject([{ code }]);
		});
	});

	it('is that of the pool’s end too', async () => {
		const { id } = await poolWith(fixture, 1, { expirationCutoffDays: 7 });
		await inFrozenTime(fixture.database, async (coupons, session) => {
			const expireIn = async (left: string) =>
				await session.query('update :schema.pools set expires_at = now() + $1::interval', [left]);
			await expireIn('167:59:59');
			expect(await coupons.assign(id, jane)).toMatchObject([{ reason: 'inside_cutoff' }]);
			await expireIn('168:00:01');
			expect(await coupons.assign(id, jane)).toMatchObject([{ code: 'C001' }]);
		});
	});
});

onBothDatabases('a date without a time', (fixture) => {
	it.each([
		['of 23 hours', '2031-03-30', '2031-03-29T23:00:00.000Z', '2031-03-30T21:59:59.999Z'],
		['of 25 hours', '2031-10-26', '2031-10-25T22:00:00.000Z', '2031-10-26T22:59:59.999Z'],
	])('is its day in the timezone, a day %s too', async (_, day, first, last) => {
		const { coupons, database } = fixture;
		const timezone = 'Europe/Berlin';
		const pool = await coupons.createPool(
			{ name: day, beginsAt: day, expiresAt: day, defaultCodeExpiresAt: day },
			{ timezone },
		);
		expect(pool).toMatchObject({
			beginsAt: new Date(first),
			expiresAt: new Date(last),
			defaultCodeExpiresAt: new Date(last),
		});
		await coupons.uploadCodes(pool.id, `A1,${day}`, { header: 'no', expiry: 'column', timezone });
		await coupons.uploadCodes(pool.id, 'A2', {
			header: 'no',
			expiry: 'date',
			expiresAt: day,
			timezone,
		});
		const { codes } = await coupons.listCodes(pool.id);
		expect(codes.map(({ expiresAt }) => expiresAt)).toEqual([new Date(last), new Date(last)]);
		await database.query('update :schema.pools set begins_at = now()');
		const [given] = await coupons.assign(pool.id, jane);
		expect(given).toMatchObject({ expiresAt: new Date(last) });
	});
});

onPostgres('workers whose clocks differ by two minutes', (fixture) => {
	it('agree on what 24 hours, an expiry and a cutoff are: the database’s clock decides', async () => {
		const { id } = await poolWith(fixture, 20, { expirationCutoffDays: 7 });
		const recipients = ['inside', 'beyond'].flatMap((kind) => [`${kind}-ahead`, `${kind}-behind`]);
		const campaign = 'cart';
		await fixture.coupons.assign(
			id,
			recipients.map((recipient) => ({ recipient, campaign })),
		);
		await fixture.database.query(
			`update :schema.assignments set assigned_at = now() - interval '24 hours'
				+ case when recipient like 'inside%' then interval '30 seconds' else interval '-30 seconds' end`,
		);
		// Of those left, all but the last two are 30 seconds inside the cutoff.
		await fixture.database.query(
			`update :schema.codes set expires_at = now() + interval '168 hours'
				+ case when code in ('C019', 'C020') then interval '30 seconds' else interval '-30 seconds' end
			where state = 'available'`,
		);
		for (const [clock, clockShift] of [
			['ahead', 60_000],
			['behind', -60_000],
		] as const) {
			const answers = await assignInProcess({
				settings: fixture.settings,
				poolId: id,
				requests: [
					{ recipient: `inside-${clock}`, campaign },
					{ recipient: `beyond-${clock}`, campaign },
				],
				clockShift,
			}).answers;
			expect(answers).toMatchObject([
				{ issue: 'repeat' },
				{ issue: 'initial', code: clock === 'ahead' ? 'C019' : 'C020' },
			]);
		}
	});
});
