import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties, INodeType } from 'n8n-workflow';

import { AssignCoupon } from '../../nodes/AssignCoupon/AssignCoupon.node';
import { CheckThreshold } from '../../nodes/CheckThreshold/CheckThreshold.node';
import { CouponPoolTrigger } from '../../nodes/CouponPoolTrigger/CouponPoolTrigger.node';
import { CreatePool } from '../../nodes/CreatePool/CreatePool.node';
import { ManageCoupons } from '../../nodes/ManageCoupons/ManageCoupons.node';
import { RenderMessage } from '../../nodes/RenderMessage/RenderMessage.node';
import { UploadCodes } from '../../nodes/UploadCodes/UploadCodes.node';

const nodes: Array<[string, INodeType]> = [
	['AssignCoupon', new AssignCoupon()],
	['CheckThreshold', new CheckThreshold()],
	['CouponPoolTrigger', new CouponPoolTrigger()],
	['CreatePool', new CreatePool()],
	['ManageCoupons', new ManageCoupons()],
	['RenderMessage', new RenderMessage()],
	['UploadCodes', new UploadCodes()],
];
const root = join(__dirname, '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

describe.each(nodes)('%s', (folder, { description, methods }) => {
	const codex = JSON.parse(
		readFileSync(join(root, 'nodes', folder, `${folder}.node.json`), 'utf8'),
	);

	it('is listed in package.json, and has a codex of its own', () => {
		expect(manifest.n8n.nodes).toContain(`dist/nodes/${folder}/${folder}.node.js`);
		expect(codex.node).toBe(`${manifest.name}.${description.name}`);
		expect(codex.categories).toEqual(['Marketing & Content']);
	});

	it.each(['Listrak', 'Netmera', 'Ometria', 'promio', 'voucher', 'promo code', 'coupon manager'])(
		'is found by who searches for %s',
		(word) => expect(codex.alias).toContain(word),
	);

	it('has an icon for light and one for dark', () => {
		const { light, dark } = description.icon as { light: string; dark: string };
		for (const icon of [light, dark]) {
			expect(existsSync(join(root, 'nodes', folder, icon.replace('file:', '')))).toBe(true);
		}
		expect(light).not.toBe(dark);
	});

	it('names each of its outputs, if it has several or takes items', () => {
		if (description.inputs.length > 0) {
			expect(description.outputNames).toHaveLength((description.outputs as unknown[]).length);
		} else {
			expect(description.outputs).toHaveLength(1);
		}
	});

	it('can be a tool unless it starts the workflow, and has a subtitle', () => {
		expect(description.usableAsTool === true).toBe(!description.group.includes('trigger'));
		expect(description.subtitle).toBeTruthy();
	});

	it('has no field that the editor takes for the choice of a credential, and hides with all it depends on', () => {
		const shownFor = (description.credentials ?? []).map(
			({ displayOptions }) => displayOptions?.show ?? {},
		);
		const hidden = description.properties.filter(({ name, options = [] }) => {
			const values = shownFor.flatMap((show) => show[name] ?? []);
			const offered = options.map((option) => ('value' in option ? option.value : option.name));
			return values.length > 0 && offered.every((value) => values.includes(value));
		});
		expect(hidden.map(({ name }) => name)).toEqual([]);
	});

	it('says on each parameter what it is', () => {
		const silent = allProperties(description.properties).filter(
			({ type, description: text, hint, noDataExpression }) =>
				!['collection', 'credentials', 'notice'].includes(type) &&
				!text &&
				!hint &&
				!noDataExpression,
		);
		expect(silent.map(({ name }) => name)).toEqual([]);
	});

	it('never speaks of databases to a marketer', () => {
		const shown = JSON.stringify([
			description.description,
			description.hints,
			description.properties,
		]);
		expect(shown).not.toMatch(/\b(insert|query|queries|SQL|table|upsert|database|primary key)\b/i);
	});

	it('tests the credential that it uses, and searches the lists that it shows', () => {
		for (const credential of description.credentials ?? []) {
			// Those of shops bring their own test.
			if (!credential.testedBy)
				expect(credential.name).toMatch(/(Magento|Shopify|WooCommerce)Api$/);
			else expect(methods?.credentialTest).toHaveProperty(credential.testedBy as string);
		}
		for (const property of description.properties) {
			for (const mode of property.modes ?? []) {
				const search = mode.typeOptions?.searchListMethod;
				if (search) expect(methods?.listSearch).toHaveProperty(search);
			}
		}
	});
});

it('keeps templates from becoming expressions of n8n while they are written', () => {
	const parts = ['subject', 'html', 'text', 'sms', 'pushTitle', 'pushBody'];
	const written = new RenderMessage().description.properties.filter(({ name }) =>
		parts.includes(name),
	);
	expect(written.map(({ noDataExpression }) => noDataExpression)).toEqual(parts.map(() => true));
});

it('finds every word of the five suites on some panel', () => {
	const panels = JSON.stringify(nodes.map(([, { description }]) => description)).toLowerCase();
	for (const word of [
		...['merchant', 'expiration cutoff', 'default code', 'threshold', 'static'],
		...['save code to', 'save expiration date to', 'no expiration date', 'use date in file'],
		...['begin distribution', 'end distribution', 'days after distribution', 'contact'],
		...['conversation', 'warning limit', 'fixed code', 'group', 'mailing', 'coupon code list'],
	]) {
		expect(panels).toContain(word);
	}
});

function allProperties(properties: INodeProperties[]): INodeProperties[] {
	return properties.flatMap((property) => [
		property,
		...((property.type === 'collection' ? property.options : []) as INodeProperties[]),
	]);
}
