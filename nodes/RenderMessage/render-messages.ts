import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { render } from '../../lib';
import type { RenderOptions } from '../../lib';
import { forEachItem, invalidParameter, runNode } from '../shared/errors';
import { parameterReader, type ParameterReader } from '../shared/item-fields';
import { asJson, itemIndexes, withFields, withValueAt } from '../shared/output-items';
import { templateReader } from './parts';

/** Each input item with its finished message: `{ …, message: { subject, html, text, … } }`. */
export async function renderMessages(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await runNode(context, async () => {
		const items = context.getInputData();
		const readTemplate = templateReader(context);
		const readOptions = renderOptionsReader(context);
		const outputField = parameterReader<string>(context, 'options.outputField', 'message');
		const rendered = await forEachItem(context, itemIndexes(context), async (itemIndex) => {
			const template = readTemplate(itemIndex);
			if (Object.keys(template).length === 0) throw noTemplate(itemIndex);
			const item = items[itemIndex];
			const message = render(template, item.json, readOptions(itemIndex));
			const out = withFields(item, itemIndex, {});
			out.json = withValueAt(out.json, outputField(itemIndex) || 'message', asJson(message));
			return [out];
		});
		return [rendered];
	});
}

function renderOptionsReader(context: IExecuteFunctions): ParameterReader<RenderOptions> {
	const missingFields = parameterReader<'blank' | 'error'>(context, 'missingFields', 'error');
	const timezone = parameterReader<string>(context, 'options.timezone', '');
	const locale = parameterReader<string>(context, 'options.locale', '');
	const dateFormat = parameterReader<string>(context, 'options.dateFormat', '');
	const workflowTimezone = context.getTimezone();
	return (itemIndex) => ({
		missingFields: missingFields(itemIndex),
		timezone: timezone(itemIndex) || workflowTimezone,
		...(locale(itemIndex) && { locale: locale(itemIndex) }),
		...(dateFormat(itemIndex) && { dateFormat: dateFormat(itemIndex) }),
	});
}

function noTemplate(itemIndex: number) {
	return invalidParameter(
		`There is no template to render [Item ${itemIndex}]`,
		"Write at least one of the parts that are chosen under 'Parts'.",
		itemIndex,
	);
}
