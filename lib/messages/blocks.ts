import type { PartCompilation, Program } from './compile-part';
import { compileCondition, compilePath, isMacro, type Expression } from './expressions';
import { unknownHelper } from './inline-helpers';
import { ifAnswered, mustNotReach, valueOf, type Scope } from './run';
import { templateError, type Place } from './template-error';

interface Branches {
	readonly shown: Program;
	readonly otherwise: Program;
}

/** Makes a block from its value, its two branches, and how many names it declares with `as |…|`. */
type Block = (value: Expression, branches: Branches, names: number) => Program;

const BLOCKS: ReadonlyMap<string, Block> = new Map<string, Block>([
	['if', (value, branches) => choose((scope) => !isEmpty(value(scope)), branches)],
	['unless', (value, branches) => choose((scope) => isEmpty(value(scope)), branches)],
	['each', (value, branches, names) => (scope) => each(value(scope), scope, branches, names)],
	[
		'with',
		(value, branches, names) => (scope) => {
			const context = value(scope);
			if (isEmpty(context)) return branches.otherwise(scope);
			return branches.shown(open(scope, context, names ? [context] : undefined));
		},
	],
]);

/** Compiles `{{#if …}}…{{else}}…{{/if}}`, the other blocks, and sections (`{{#items}}…{{/items}}`). */
export function compileBlock(part: PartCompilation, node: hbs.AST.BlockStatement): Program {
	const place = part.placeOf(node);
	const name = String(node.path.original);
	mustNotReach(name, place);
	const names = node.program?.blockParams ?? [];
	const isSection = !node.params.length && !node.hash && !BLOCKS.has(name) && !isMacro(node.path);
	const block = isSection ? section : BLOCKS.get(name);
	if (!block) throw unknownHelper(name, place);

	const includeZero = hasIncludeZero(node, place);
	if (!isSection && node.params.length !== 1) throw wrongForm(name, place);
	if (names.length && name !== 'each' && name !== 'with') {
		throw templateError(
			place,
			`"as |${names.join(' ')}|" does not go with this block.`,
			'Only #each and #with name their values.',
		);
	}
	const macrosBefore = part.macroTags;
	const found = isSection ? compilePath(part, node.path) : compileCondition(part, node.params[0]);
	const value: Expression = includeZero ? (scope) => zeroAsText(found(scope)) : found;
	const turnsOnMacro = part.macroTags > macrosBefore;
	const program = block(
		value,
		{
			shown: branch(part, node.program, place, names),
			otherwise: branch(part, node.inverse, place),
		},
		names.length,
	);
	return turnsOnMacro ? ifAnswered(program) : program;
}

function branch(
	part: PartCompilation,
	program: hbs.AST.Program | undefined,
	place: Place,
	names?: readonly string[],
): Program {
	return program ? part.program(program, place, names) : () => '';
}

function choose(isShown: (scope: Scope) => boolean, { shown, otherwise }: Branches): Program {
	return (scope) => (isShown(scope) ? shown(scope) : otherwise(scope));
}

/** Shown once for true or an object, once per item for a list, and otherwise not at all. */
function section(value: Expression, branches: Branches): Program {
	return (scope) => {
		const context = value(scope);
		if (context === true) return branches.shown(scope);
		if (context === false || context === null || context === undefined) {
			return branches.otherwise(scope);
		}
		return Array.isArray(context)
			? each(context, scope, branches, 0)
			: branches.shown(open(scope, context));
	};
}

function each(items: unknown, scope: Scope, branches: Branches, names: number): string {
	const list = Array.isArray(items);
	if (typeof items !== 'object' || items === null) return branches.otherwise(scope);
	const keys = list ? null : Object.keys(items);
	const length = keys ? keys.length : (items as readonly unknown[]).length;
	if (length === 0) return branches.otherwise(scope);

	let out = '';
	for (let index = 0; index < length; index += 1) {
		const key = keys ? keys[index] : index;
		const value = valueOf((items as Record<string | number, unknown>)[key]);
		out += branches.shown({
			...open(scope, value, names ? [value, key] : undefined),
			loop: { index, key, first: index === 0, last: index === length - 1, outer: scope.loop },
		});
	}
	return out;
}

/** As in Handlebars, `../` in a block skips the scopes whose `this` is the same. */
function open(scope: Scope, context: unknown, values?: readonly unknown[]): Scope {
	const { run, loop, named } = scope;
	return {
		run,
		context,
		outer: context === scope.context ? scope.outer : scope,
		loop,
		named: values ? { values, outer: named } : named,
	};
}

/** Handlebars' idea of nothing: false, null, the empty text, zero, and the empty list. */
function isEmpty(value: unknown): boolean {
	return !value || (Array.isArray(value) && value.length === 0);
}

/** For `includeZero`: as a text, zero counts as a value. */
function zeroAsText(value: unknown): unknown {
	return value === 0 ? '0' : value;
}

function hasIncludeZero(node: hbs.AST.BlockStatement, place: Place): boolean {
	const pairs = node.hash?.pairs ?? [];
	const strange = pairs.find(({ key }) => key !== 'includeZero');
	if (strange) {
		throw templateError(
			place,
			`${place.source} knows no "${strange.key}".`,
			'A block takes one value: {{#if coupon.expiresAt}}.',
		);
	}
	return pairs.some(({ value }) => (value as hbs.AST.BooleanLiteral).value === true);
}

function wrongForm(name: string, place: Place): Error {
	return templateError(
		place,
		`${place.source} needs one value.`,
		`Write it as {{#${name} coupon.expiresAt}}…{{/${name}}}. A comparison has to be made in a step before.`,
	);
}
