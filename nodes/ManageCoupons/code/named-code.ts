import { invalidParameter } from '../../shared/errors';
import { textOf } from '../fields';
import type { Call } from '../operation';

/** What names a code on the panel: the code itself, or the ID of its assignment. */
export function namedCode(call: Call): string {
	return named(call, 'code', 'Code');
}

export function namedAssignmentId(call: Call): string {
	return named(call, 'assignmentId', 'Assignment ID');
}

/** n8n itself refuses a field that was left empty; but not an expression that finds nothing. */
function named(call: Call, field: string, displayName: string): string {
	const text = textOf(call, field).trim();
	if (text) return text;
	throw invalidParameter(
		`'${displayName}' is empty [Item ${call.itemIndex}]`,
		'Check the field that its expression reads.',
		call.itemIndex,
	);
}
