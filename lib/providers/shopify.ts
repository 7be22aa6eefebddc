import { instantOf } from './expiry';
import type { CodeOutcome, Limits, Order, Provider, Pushed } from './provider';
import { shopAddress } from './shop-address';
import { askForCodes, findUsedCodes, ofEachKind } from './shopify-codes';
import {
	readPages,
	refused,
	shopifyClient,
	type AskShopify,
	type PageInfo,
	type ShopifySettings,
} from './shopify-client';
import { expectNotOver, lookUpDiscount } from './shopify-rule';
import { understanding } from './understand';

/**
 * Codes of a Shopify discount, through the GraphQL Admin API.
 *
 * Codes are added in bulk, at most 250 per request. Shopify answers with a job and works on it in the background, one
 * at a time per shop; a code that already exists is not an error of the request, but of that code in the job's result.
 * Codes have no expiry of their own: all end with the discount, which is the expiry reported.
 */
export function shopifyProvider(settings: ShopifySettings): Provider {
	const shop = shopAddress(settings.shop);
	const name = `Shopify (${shop})`;
	const ask = shopifyClient(settings, name);
	return understanding(name, {
		name: 'shopify',
		label: 'Shopify',
		shop,
		mostCodes: 250,
		oneAtATime: true,
		expiresCodes: false,
		pollEvery: settings.pollEvery ?? 500,
		askedAtOnce: 50_000,
		spell: (form) => form,
		lookUpRule: async (reference, limits) => await lookUpDiscount(ask, reference, limits),
		push: async (codes, order, limits) => await addCodes(ask, codes, order, limits),
		poll: async (jobId, limits) => await pollImport(ask, jobId, limits),
		ask: async (codes, { ruleId }, limits) => await askForCodes(ask, codes, ruleId, limits),
		findUsed: async (codes, ruleId, limits) => await findUsedCodes(ask, codes, ruleId, limits),
	});
}

const ADD = `mutation AddCodes($discountId: ID!, $codes: [DiscountRedeemCodeInput!]!) {
	discountRedeemCodeBulkAdd(discountId: $discountId, codes: $codes) {
		bulkCreation { id }
		userErrors { field message code }
	}
}`;

interface Added {
	discountRedeemCodeBulkAdd: {
		bulkCreation: { id: string } | null;
		userErrors: Array<{ message: string }>;
	};
}

async function addCodes(
	ask: AskShopify,
	codes: readonly string[],
	{ ruleId }: Order,
	limits: Limits,
): Promise<Pushed> {
	await expectNotOver(ask, ruleId, limits);
	const { discountRedeemCodeBulkAdd: added } = await ask<Added>(
		ADD,
		{ discountId: ruleId, codes: codes.map((code) => ({ code })) },
		limits,
	);
	if (added.bulkCreation === null) {
		throw refused(
			'Shopify',
			`makes no codes: ${added.userErrors.map(({ message }) => message).join('; ')}`,
			'Check in Shopify’s admin that the pool’s discount is still there, and takes codes.',
		);
	}
	return { jobId: added.bulkCreation.id };
}

const IS_DONE = `query IsDone($id: ID!) {
	discountRedeemCodeBulkCreation(id: $id) { done }
}`;

/** By hundreds: a page of 250, with the fields of each code, would come near the cost that one request may have. */
const RESULTS = `query Results($id: ID!, $after: String) {
	discountRedeemCodeBulkCreation(id: $id) {
		discountCode { codeDiscount { ${ofEachKind('endsAt')} } }
		codes(first: 100, after: $after) {
			nodes { code discountRedeemCode { code } errors { message } }
			pageInfo { hasNextPage endCursor }
		}
	}
}`;

interface Results {
	discountRedeemCodeBulkCreation: {
		discountCode: { codeDiscount: { endsAt?: string | null } } | null;
		codes: {
			nodes: ResultOfCode[];
			pageInfo: PageInfo;
		};
	} | null;
}

interface ResultOfCode {
	code: string;
	discountRedeemCode: { code: string } | null;
	errors: Array<{ message: string }>;
}

async function pollImport(
	ask: AskShopify,
	id: string,
	limits: Limits,
): Promise<CodeOutcome[] | null | 'unknown'> {
	const { discountRedeemCodeBulkCreation: job } = await ask<{
		discountRedeemCodeBulkCreation: { done: boolean } | null;
	}>(IS_DONE, { id }, limits);
	if (job === null) {
		return 'unknown';
	}
	if (!job.done) {
		return null;
	}
	const results: ResultOfCode[] = [];
	let endsAt: string | null | undefined;
	const isWhole = await readPages(async (after) => {
		const { discountRedeemCodeBulkCreation: page } = await ask<Results>(
			RESULTS,
			{ id, after },
			limits,
		);
		results.push(...(page?.codes.nodes ?? []));
		endsAt = page?.discountCode?.codeDiscount.endsAt;
		return page?.codes.pageInfo;
	});
	const expiresAt = instantOf(endsAt);
	return isWhole ? results.map((result) => readResult(result, expiresAt)) : 'unknown';
}

/** The errors of codes have no error code, so their text has to tell. */
function readResult(
	{ code, discountRedeemCode, errors }: ResultOfCode,
	expiresAt: Date | null,
): CodeOutcome {
	if (discountRedeemCode !== null) {
		return { code, state: 'made', spelling: discountRedeemCode.code, expiresAt };
	}
	if (errors.length === 0) {
		return { code, state: 'absent' };
	}
	const reason = errors.map(({ message }) => message).join('; ');
	return { code, state: /must be unique/i.test(reason) ? 'taken' : 'refused', reason };
}
