import { onBothListening } from '../../support/databases';
import { poolWith } from '../../support/stock';
import { watch } from '../../support/watching';

onBothListening('codes that are assigned', (fixture) => {
	it('are told at once, without waiting for the next poll', async () => {
		const { id } = await poolWith(fixture, 2);
		const watched = await watch(fixture.coupons, { events: ['assigned'], pollSeconds: 3600 });
		try {
			await fixture.coupons.assign(id, [{ recipient: 'one' }]);
			await watched.told(1);
			await fixture.coupons.assign(id, [{ recipient: 'two' }]);
			await watched.told(2);
			expect(watched.events).toMatchObject([{ recipient: 'one' }, { recipient: 'two' }]);
		} finally {
			await watched.stop();
		}
	});
});
