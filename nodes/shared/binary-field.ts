import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

/** The file that a parameter names or holds, wherever n8n keeps it; undefined if there is none. */
export function fileIn(
	context: IExecuteFunctions,
	itemIndex: number,
	field: unknown,
): IBinaryData | undefined {
	const { binary } = context.getInputData()[itemIndex];
	const file = typeof field === 'string' ? binary?.[field] : undefined;
	if (file) return file;
	try {
		// This knows the other places where n8n may keep it.
		return context.helpers.assertBinaryData(itemIndex, field as string);
	} catch {
		return undefined;
	}
}
