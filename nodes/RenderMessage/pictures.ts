import type { IBinaryKeyData, IExecuteFunctions } from 'n8n-workflow';
import type { AttachedPicture } from '../../lib';

/**
 * The item's files together with the pictures of its message, each under its content id: under this name Send Email
 * attaches it, and the HTML shows it as `cid:` and the name of the property.
 */
export async function withPictures(
	context: IExecuteFunctions,
	files: IBinaryKeyData | undefined,
	pictures: readonly AttachedPicture[],
): Promise<IBinaryKeyData> {
	const binary: IBinaryKeyData = { ...files };
	for (const { contentId, content, fileName, mimeType } of pictures) {
		binary[contentId] = await context.helpers.prepareBinaryData(content, fileName, mimeType);
	}
	return binary;
}

/** What is left to do for the pictures to be seen. */
export function pictureHints(contentIds: ReadonlySet<string>): string[] {
	if (contentIds.size === 0) return [];
	const names = [...contentIds].join(', ');
	return [
		`The pictures are files of the item. In Send Email, write ${names} under 'Attachments'; in other steps, attach them with these content IDs.`,
	];
}
