import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { checkFlag, type UploadOptions } from '../../lib';

/** How a file or text is read, as far as it is set under *Options*. */
export function readingOptions(
	context: IExecuteFunctions,
	options: IDataObject,
): Pick<UploadOptions, 'format' | 'header' | 'delimiter' | 'invalidRows' | 'timezone'> {
	return {
		...(options.format ? { format: options.format as UploadOptions['format'] } : {}),
		...(options.header ? { header: options.header as UploadOptions['header'] } : {}),
		...(options.delimiter
			? { delimiter: options.delimiter === '\\t' ? '\t' : String(options.delimiter) }
			: {}),
		...(options.invalidRows
			? { invalidRows: options.invalidRows as UploadOptions['invalidRows'] }
			: {}),
		timezone: context.getTimezone(),
	};
}

/** Whether codes that stand in any other pool are refused. */
export function refusesOthers({ uniqueAcrossPools }: IDataObject): boolean {
	return checkFlag(uniqueAcrossPools ?? false, 'Refuse Codes of Other Pools');
}

/** A heading, or the number of a column from 1. */
export function column(setting: unknown): string | number {
	const text = String(setting).trim();
	return /^\d+$/.test(text) ? Number(text) : text;
}
