import { readPages, type AskShopify, type PageInfo } from './shopify-client';
import { instantOf } from './expiry';
import type { CodeOutcome, Limits } from './provider';

/** Codes per request: each is a field of its own, and costs a point or three. */
const CODES_A_REQUEST = 50;

/**
 * Asks Shopify about each code: made by this app for this discount (`made`), there otherwise (`taken`), or not there
 * (`absent`).
 *
 * A code of the same discount that another app or a person added is somebody else's: it may have been given to somebody
 * already. Codes that this app added are all known to the pools.
 */
export async function askForCodes(
	ask: AskShopify,
	codes: readonly string[],
	discountId: string,
	limits: Limits,
): Promise<CodeOutcome[]> {
	const outcomes: CodeOutcome[] = [];
	for (let start = 0; start < codes.length; start += CODES_A_REQUEST) {
		const some = codes.slice(start, start + CODES_A_REQUEST);
		const owners = await discountsOf(ask, some, limits);
		const here = some.filter((_, index) => owners[index] === discountId);
		const ours = await madeByThisApp(ask, here, discountId, limits);
		some.forEach((code, index) => {
			const spelling = ours.spellings.get(code);
			outcomes.push(
				spelling !== undefined
					? { code, state: 'made', spelling, expiresAt: ours.endsAt }
					: { code, state: owners[index] === null ? 'absent' : 'taken' },
			);
		});
	}
	return outcomes;
}

/** The discount that each code belongs to; null where there is no such code. Upper and lower case are the same. */
async function discountsOf(
	ask: AskShopify,
	codes: readonly string[],
	limits: Limits,
): Promise<Array<string | null>> {
	const { declarations, variables } = textVariables(codes);
	const fields = codes.map((_, n) => `at${n}: codeDiscountNodeByCode(code: $text${n}) { id }`);
	const found = await ask<Record<string, { id: string } | null>>(
		`query AskForCodes(${declarations}) { ${fields.join(' ')} }`,
		variables,
		limits,
	);
	return codes.map((_, n) => {
		const owner = found[`at${n}`];
		return owner === null ? null : owner.id;
	});
}

/** The codes as Shopify spells them, by the code asked for, and when the discount ends. */
async function madeByThisApp(
	ask: AskShopify,
	codes: readonly string[],
	discountId: string,
	limits: Limits,
): Promise<{ spellings: Map<string, string>; endsAt: Date | null }> {
	if (codes.length === 0) {
		return { spellings: new Map(), endsAt: null };
	}
	const { declarations, variables } = textVariables(codes.map((code) => `"${code}"`));
	// A search finds similar codes too; the right one is among the first.
	const fields = codes
		.map((_, n) => `at${n}: codes(first: 3, query: $text${n}) { nodes { code createdBy { id } } }`)
		.join(' ');
	const { discountNode, currentAppInstallation } = await ask<{
		discountNode: {
			discount: Record<`at${number}`, { nodes: FoundCode[] } | undefined> & {
				endsAt?: string | null;
			};
		} | null;
		currentAppInstallation: { app: { id: string } };
	}>(
		`query WhoMadeThem($id: ID!, ${declarations}) {
			discountNode(id: $id) { discount { ${ofEachKind(`endsAt ${fields}`)} } }
			currentAppInstallation { app { id } }
		}`,
		{ id: nodeOf(discountId), ...variables },
		limits,
	);
	const spellings = new Map<string, string>();
	codes.forEach((code, n) => {
		const { nodes = [] } = discountNode === null ? {} : (discountNode.discount[`at${n}`] ?? {});
		const found = nodes.find((one) => one.code.toLowerCase() === code.toLowerCase());
		if (found?.createdBy?.id === currentAppInstallation.app.id) {
			spellings.set(code, found.code);
		}
	});
	return { spellings, endsAt: instantOf(discountNode?.discount.endsAt) };
}

interface FoundCode {
	code: string;
	createdBy: { id: string } | null;
}

const USED = `query UsedCodes($id: ID!, $after: String) {
	discountNode(id: $id) {
		discount {
			${ofEachKind('codes(first: 250, after: $after, query: "times_used:>=1") { nodes { code asyncUsageCount } pageInfo { hasNextPage endCursor } }')}
		}
	}
}`;

interface UsedPage {
	discountNode: {
		discount: {
			codes?: {
				nodes: Array<{ code: string; asyncUsageCount: number }>;
				pageInfo: PageInfo;
			};
		};
	} | null;
}

/** Which of the codes were used. Shopify counts uses a while after the order. */
export async function findUsedCodes(
	ask: AskShopify,
	codes: readonly string[],
	discountId: string,
	limits: Limits,
): Promise<string[]> {
	const wanted = new Map(codes.map((code) => [code.toLowerCase(), code]));
	const used: string[] = [];
	const id = nodeOf(discountId);
	await readPages(async (after) => {
		const { discountNode } = await ask<UsedPage>(USED, { id, after }, limits);
		const page = discountNode === null ? undefined : discountNode.discount.codes;
		for (const { code, asyncUsageCount } of page?.nodes ?? []) {
			const ours = wanted.get(code.toLowerCase());
			if (ours !== undefined && asyncUsageCount > 0) {
				used.push(ours);
			}
		}
		return page?.pageInfo;
	});
	return used;
}

/** The id by which a discount is looked up: the same number, of another kind. */
export function nodeOf(discountId: string): string {
	return discountId.replace('DiscountCodeNode', 'DiscountNode');
}

/** The same fields of each kind of discount that takes codes. */
export function ofEachKind(fields: string): string {
	return ['DiscountCodeBasic', 'DiscountCodeBxgy', 'DiscountCodeFreeShipping']
		.map((kind) => `... on ${kind} { ${fields} }`)
		.join(' ');
}

function textVariables(texts: readonly string[]) {
	return {
		declarations: texts.map((_, n) => `$text${n}: String!`).join(', '),
		variables: Object.fromEntries(texts.map((text, n) => [`text${n}`, text])),
	};
}
