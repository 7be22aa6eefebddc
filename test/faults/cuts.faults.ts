import { type Cut, FaultProxy } from './fault-proxy';
import { seeded, tell, times } from './form';
import { onServerUnderLoad } from './server-under-load';

onServerUnderLoad('connections that are cut', (server) => {
	it.each<[string, Cut]>([
		['before the statement', 'before'],
		['while it runs', 'during'],
		['after the commit, before the answer', 'after'],
	])('%s leave every code, recipient and sum as they must be', async (_, kind) => {
		const proxy = await FaultProxy.open(server.own.port);
		const load = await server.load(`cuts_${kind}`, { clients: 2, atOnce: 4 }, proxy);
		await load.ready();
		proxy.cutting = { share: 0.1, kinds: [kind], random: seeded(`cuts ${kind}`) };
		const cuts = times({ short: 60, long: 300 });
		while (proxy.cuts[kind] < cuts) {
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
		proxy.cutting = undefined;
		await load.end();
		await proxy.close();
		tell({
			[`cuts ${kind}`]: proxy.cuts[kind],
			calls: load.history.length,
			'errors seen': load.errors,
		});
		await server.expectToHold(load);
		// Callers who saw nothing of it were answered by a connection that was still whole.
		expect(load.errors).toBeGreaterThan(0);
	});

	it('at all of these moments, while processes are killed too, change nothing of that', async () => {
		const proxy = await FaultProxy.open(server.own.port);
		const load = await server.load('cuts_and_kills', { clients: 3, atOnce: 3 }, proxy);
		await load.ready();
		proxy.cutting = {
			share: 0.05,
			kinds: ['before', 'during', 'after'],
			random: seeded('all cuts'),
		};
		const kills = times({ short: 5, long: 40 });
		while (load.kills < kills) {
			await new Promise((resolve) => setTimeout(resolve, 100));
			await load.killOne();
		}
		proxy.cutting = undefined;
		await load.end();
		await proxy.close();
		tell({ kills: load.kills, ...proxy.cuts, calls: load.history.length });
		await server.expectToHold(load);
	});
});
