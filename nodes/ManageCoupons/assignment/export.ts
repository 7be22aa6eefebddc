import { Readable } from 'node:stream';
import { checkFlag } from '../../../lib';
import { anyPoolField, entered, optionsField, textOf } from '../fields';
import { shownFor, type Operation } from '../operation';
import { assignmentFilter, assignmentFilters } from './filters';

/** The assignments as a CSV file, written while they are read, so that its size does not matter. */
export const exportFile: Operation = {
	description: shownFor('assignment', 'export', [
		anyPoolField,
		{
			displayName: 'Output Data Field Name',
			name: 'binaryPropertyName',
			type: 'string',
			default: 'data',
			required: true,
			placeholder: 'e.g. data',
			hint: 'The name of the output field to put the file in',
		},
		assignmentFilters,
		optionsField(
			{
				displayName: 'Mark for Excel',
				name: 'byteOrderMark',
				type: 'boolean',
				default: true,
				description:
					'Whether to begin the file with a mark (byte order mark) by which Excel recognizes letters of all languages. Turn it off if another program stumbles over it.',
			},
			{
				displayName: 'File Name',
				name: 'fileName',
				type: 'string',
				default: 'assignments.csv',
				placeholder: 'e.g. assignments.csv',
				description: 'What the file is called',
			},
		),
	]),

	async execute(call) {
		const { context, coupons, itemIndex } = call;
		const { byteOrderMark, fileName } = entered(call, 'options');
		const pieces = coupons.exportAssignments(await assignmentFilter(call), {
			byteOrderMark: checkFlag(byteOrderMark ?? true, 'Mark for Excel'),
		});
		const file = await context.helpers.prepareBinaryData(
			Readable.from(asBytes(pieces)),
			String(fileName ?? 'assignments.csv'),
			'text/csv',
		);
		return [
			{
				json: { fileName: file.fileName, fileSize: file.fileSize },
				binary: { [textOf(call, 'binaryPropertyName')]: file },
				pairedItem: { item: itemIndex },
			},
		];
	},
};

/** Where n8n keeps files in memory, it joins what it reads as bytes. */
async function* asBytes(pieces: AsyncIterable<string>): AsyncGenerator<Buffer, void, undefined> {
	for await (const piece of pieces) yield Buffer.from(piece);
}
