import type { CouponPoolsError } from '../errors';
import { HELPERS, unknownHelper, type Named as NamedValues } from './inline-helpers';
import type { PartCompilation } from './compile-part';
import type { MacroCall, MacroValues } from './message';
import { mustNotReach, ownField, spend, valueOf, type Loop, type Named, type Scope } from './run';
import { inTemplate, noCode, templateError } from './template-error';

/** A value of the template, ready to be looked up. */
export type Expression = (scope: Scope) => unknown;

/** Compiles what can stand as a value: a field, a text or number, or a helper in parentheses. */
export function compileExpression(part: PartCompilation, node: hbs.AST.Expression): Expression {
	switch (node.type) {
		case 'SubExpression': {
			const call = node as hbs.AST.SubExpression;
			return isMacro(call.path) ? compileMacroCode(part, call) : compileHelper(part, call);
		}
		case 'PathExpression':
			return compilePath(part, node as hbs.AST.PathExpression);
		case 'UndefinedLiteral':
			return () => undefined;
		case 'NullLiteral':
			return () => null;
		default: {
			const { value } = node as hbs.AST.StringLiteral | hbs.AST.NumberLiteral;
			return () => value;
		}
	}
}

/** Compiles a field's path: `coupon.code`, `../name`, `@index`, `this`, or a name in quotes. */
export function compilePath(
	part: PartCompilation,
	node: hbs.AST.PathExpression | hbs.AST.Literal,
): Expression {
	const path = 'parts' in node ? node : null;
	const parts = path?.parts ?? [String((node as { original?: unknown }).original)];
	for (const field of parts) mustNotReach(field, part.placeOf(node));
	const [first, ...rest] = parts;
	// What n8n's editor writes when a field is dragged into a template.
	if (first === '$json' && rest.length > 0) return within(({ run }) => run.root, rest);
	if (first !== undefined && N8N_VARIABLE.test(first)) throw n8nExpression(part, node, rest);

	if (path?.data) return within(loopField(first, path.depth), rest);
	const scoped = path !== null && /^(?:\.|this\b)/.test(path.original);
	if (first !== undefined && !scoped) {
		const named = part.namesInScope.findIndex((names) => names.includes(first));
		if (named >= 0) {
			return within(namedValue(named, part.namesInScope[named].indexOf(first)), rest);
		}
	}
	return within(contextAt(path?.depth ?? 0), parts);
}

/** Without this, an expression of n8n in a field that is not one would silently be blank. */
const N8N_VARIABLE = /^\$(?:json|input|item|items|node|now|today|vars|env|workflow|execution)$/;

function n8nExpression(
	part: PartCompilation,
	node: hbs.AST.Node,
	rest: readonly string[],
): CouponPoolsError {
	const place = part.placeOf(node);
	return templateError(
		place,
		`${place.source} is an n8n expression, and this is a template.`,
		`Write {{${rest.join('.') || 'field'}}}: a template's fields are those of the item.`,
	);
}

function within(start: Expression, parts: readonly string[]): Expression {
	if (parts.length === 0) return start;
	return (scope) => parts.reduce(ownField, start(scope));
}

function contextAt(depth: number): Expression {
	if (depth === 0) return ({ context }) => valueOf(context);
	return (scope) => {
		let found: Scope | undefined = scope;
		for (let up = 0; up < depth && found; up += 1) found = found.outer;
		return valueOf(found?.context);
	};
}

function loopField(name: string, depth: number): Expression {
	if (name === 'root') return ({ run }) => run.root;
	if (!isLoopField(name)) return () => undefined;
	return ({ loop }) => {
		let found: Loop | undefined = loop;
		for (let up = 0; up < depth && found; up += 1) found = found.outer;
		return found?.[name];
	};
}

function isLoopField(name: string): name is 'index' | 'key' | 'first' | 'last' {
	return name === 'index' || name === 'key' || name === 'first' || name === 'last';
}

function namedValue(depth: number, position: number): Expression {
	return ({ named }) => {
		let found: Named | undefined = named;
		for (let up = 0; up < depth && found; up += 1) found = found.outer;
		return valueOf(found?.values[position]);
	};
}

/** Compiles `name value… key=value`, where the name must be one of the helpers. */
function compileHelper(part: PartCompilation, node: hbs.AST.SubExpression): Expression {
	const place = part.placeOf(node);
	const name = String(node.path.original);
	mustNotReach(name, place);
	const helper = HELPERS.get(name);
	if (!helper) throw unknownHelper(name, place);

	if (helper.htmlOnly && part.part !== 'html') {
		throw templateError(
			place,
			`${place.source} is a picture, and the ${part.part} shows none.`,
			'Write the code itself here, as {{coupon.code}}, and the picture in the HTML.',
		);
	}

	const pairs = (node.hash?.pairs ?? []).map(({ key, value }) => {
		mustNotReach(key, place);
		return [key, compileExpression(part, value)] as const;
	});
	const strange = pairs.find(([key]) => helper.named && !helper.named.includes(key))?.[0];
	if (strange !== undefined || node.params.length !== helper.params) {
		throw templateError(
			place,
			strange === undefined
				? `${place.source} has ${node.params.length} values, and "${name}" takes ${helper.params}.`
				: `"${name}" knows no "${strange}".`,
			`Write it as ${helper.form}.`,
		);
	}
	inTemplate(place, () => helper.check?.(writtenTexts(node)));
	const params = node.params.map((param) => compileExpression(part, param));
	return (scope) => {
		spend(scope.run, HELPER_STEPS, place);
		const named: Record<string, unknown> = {};
		for (const [key, value] of pairs) named[key] = value(scope);
		return helper.value(
			params.map((param) => param(scope)),
			named,
			scope.run,
			place,
		);
	};
}

/** The named values of a tag that are written as texts, not as fields. */
function writtenTexts(node: hbs.AST.SubExpression): NamedValues {
	const texts = (node.hash?.pairs ?? []).filter(({ value }) => value.type === 'StringLiteral');
	return Object.fromEntries(
		texts.map(({ key, value }) => [key, (value as hbs.AST.StringLiteral).value]),
	);
}

/** A helper takes about as long as this many other pieces of a template. */
const HELPER_STEPS = 20;

/** Whether a tag is `client.promocode` or `client.last_promocode`. */
export function isMacro(path: hbs.AST.PathExpression | hbs.AST.Literal): boolean {
	return 'parts' in path && /^client\.(?:last_)?promocode$/.test(path.original);
}

/** Compiles a macro to its code; where there is none, it throws why. */
function compileMacroCode(part: PartCompilation, node: hbs.AST.SubExpression): Expression {
	const place = part.placeOf(node);
	const macro = compileMacro(part, node);
	return (scope) => {
		const code = macro(scope);
		if (typeof code === 'object') throw noCode(place, code.message);
		return code;
	};
}

/** Compiles what a block depends on: a value, which may be absent. */
export function compileCondition(part: PartCompilation, node: hbs.AST.Expression): Expression {
	const call = node as hbs.AST.SubExpression;
	if (node.type !== 'SubExpression' || !isMacro(call.path)) return compileExpression(part, node);
	const macro = compileMacro(part, call);
	return (scope) => {
		const code = macro(scope);
		return typeof code === 'object' ? undefined : code;
	};
}

/** Compiles a macro to its code, to the reason why there is none, or to undefined. */
function compileMacro(
	part: PartCompilation,
	node: hbs.AST.SubExpression,
): (scope: Scope) => ReturnType<MacroValues> {
	const place = part.placeOf(node);
	const macro: MacroCall['macro'] =
		node.path.original === 'client.promocode' ? 'promocode' : 'last_promocode';
	const [group] = node.params;
	const pool = group?.type === 'StringLiteral' ? (group as hbs.AST.StringLiteral).value.trim() : '';
	if (!pool || node.params.length > 1 || node.hash) {
		throw templateError(
			place,
			`${place.source} needs the name of one pool, in quotes.`,
			`Write {{client.${macro}('name of the pool')}}.`,
		);
	}
	part.macroTags += 1;
	if (!part.macroCalls.some((call) => call.macro === macro && call.pool === pool)) {
		part.macroCalls.push({ macro, pool, place });
	}
	return ({ run }) => run.settings.macros?.(macro, pool, run.root);
}
