import { between, seeded, tell, times } from './form';
import { FaultProxy } from './fault-proxy';
import { onServerUnderLoad } from './server-under-load';

onServerUnderLoad('processes that are killed at random moments', (server) => {
	it('leave every code, recipient and sum as they must be', async () => {
		const random = seeded('moments of death');
		const load = await server.load('kills', { clients: 3, atOnce: 3 });
		const kills = times({ short: 12, long: 220 });
		while (load.kills < kills) {
			await new Promise((resolve) => setTimeout(resolve, between(random, 0, 150)));
			await load.killOne();
		}
		await load.end();
		tell({ kills: load.kills, calls: load.history.length });
		await server.expectToHold(load);
	});
});

onServerUnderLoad('a server that crashes and starts again', (server) => {
	it('loses nothing that was answered, and gives nothing twice', async () => {
		const proxy = await FaultProxy.open(server.own.port);
		const load = await server.load('crashes', { clients: 2, atOnce: 4 }, proxy);
		await load.ready();
		const crashes = times({ short: 2, long: 12 });
		for (let crash = 0; crash < crashes; crash++) {
			await new Promise((resolve) => setTimeout(resolve, times({ short: 1000, long: 4000 })));
			await server.own.crashAndStart();
			proxy.serverPort = server.own.port;
		}
		await new Promise((resolve) => setTimeout(resolve, 1000));
		await load.end();
		await proxy.close();
		tell({ crashes, calls: load.history.length, 'errors seen': load.errors });
		await server.expectToHold(load);
	});
});
