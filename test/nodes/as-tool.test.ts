import { NodeConnectionTypes, type INodeType } from 'n8n-workflow';

import { AssignCoupon } from '../../nodes/AssignCoupon/AssignCoupon.node';
import { assignCoupons } from '../../nodes/AssignCoupon/assign-coupons';
import { runWorkflow } from '../support/run-workflow';
import { EmbeddedPools, locator } from './embedded-pools';

const pools = new EmbeddedPools();
afterAll(async () => await pools.drop());

/** The node as n8n calls it for an agent: the same, but that it is a tool. */
const asTool: INodeType = {
	description: {
		...new AssignCoupon().description,
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
	},
	async execute() {
		this.isToolExecution = () => true;
		return await assignCoupons(this);
	},
};

async function ask(poolId: string, email: string, executionId: string) {
	return await runWorkflow({
		credential: pools.credential,
		items: [{ json: { email } }],
		steps: [
			{
				node: 'AssignCoupon',
				parameters: { pool: locator(poolId), ifAlreadyAssigned: 'alwaysNew' },
			},
		],
		instead: { AssignCoupon: asTool },
		executionId,
	});
}

it('An agent that asks twice for one person gets one code, and the next run another', async () => {
	const pool = await pools.pool(['T-1', 'T-2', 'T-3']);
	const codes = [
		await ask(pool.id, 'a@example.com', 'chat-1'),
		await ask(pool.id, 'a@example.com', 'chat-1'),
		await ask(pool.id, 'b@example.com', 'chat-1'),
		await ask(pool.id, 'a@example.com', 'chat-2'),
	].map((run) => run.json('AssignCoupon')[0].coupon);
	expect(codes).toMatchObject([{ code: 'T-1' }, { code: 'T-1' }, { code: 'T-2' }, { code: 'T-3' }]);
});

it('An agent is told the reason where there is no code, since it only sees the first output', async () => {
	const pool = await pools.pool();
	const run = await ask(pool.id, 'a@example.com', 'chat-1');
	expect(run.json('AssignCoupon', 0)[0].coupon).toMatchObject({
		code: null,
		reason: 'out_of_stock',
	});
	expect(run.items('AssignCoupon', 1)).toEqual([]);
});
