import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { render, smsLength } from '../../lib';
import type { MacroCoupon, RenderedMessage, RenderOptions } from '../../lib';
import { couponFields } from '../AssignCoupon/coupon-items';
import { withPoolsOfNode } from '../shared/database-credential';
import { forEachItem, invalidParameter, runNode } from '../shared/errors';
import { parameterReader, type ParameterReader } from '../shared/item-fields';
import { asJson, itemIndexes, withFields, withValueAt } from '../shared/output-items';
import { renderWithCodes, type MessageOfItem } from './macros';
import { templateReader } from './parts';
import { pictureHints, withPictures } from './pictures';
import { SmsHints } from './sms-hints';

/** A finished message, and the codes that its macros were answered with. */
interface Finished {
	readonly message: RenderedMessage;
	readonly coupons?: readonly MacroCoupon[];
}

/** Each input item with its finished message: `{ …, message: { subject, html, text, … } }`. */
export async function renderMessages(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await runNode(context, async () => {
		const finish = await messageFinisher(context);
		const write = messageItemWriter(context);
		const smsHints = new SmsHints();
		const attached = new Set<string>();
		const rendered = await forEachItem(context, itemIndexes(context), async (itemIndex) => {
			const finished = finish(itemIndex);
			const item = write(itemIndex, finished);
			const pictures = finished.message.pictures ?? [];
			if (pictures.length > 0) item.binary = await withPictures(context, item.binary, pictures);
			for (const { contentId } of pictures) attached.add(contentId);
			smsHints.note(finished.message.sms);
			return [item];
		});
		for (const message of [...smsHints.messages(), ...pictureHints(attached)]) {
			context.addExecutionHints({ message, location: 'outputPane' });
		}
		return [rendered];
	});
}

/** Returns a function from an item to its message, which throws what is wrong with it. */
async function messageFinisher(context: IExecuteFunctions): Promise<ParameterReader<Finished>> {
	const readMessage = messageReader(context);
	if (context.getNodeParameter('macros', 0, 'refuse') !== 'assign') {
		return (itemIndex) => {
			const { template, context: fields, options } = readMessage(itemIndex);
			return { message: render(template, fields, options) };
		};
	}
	const resultOf = await withPoolsOfNode(
		context,
		async (coupons) => await renderWithCodes(context, coupons, readMessage),
	);
	return (itemIndex) => {
		const result = resultOf(itemIndex);
		if (result.error) throw result.error;
		return result;
	};
}

function messageReader(context: IExecuteFunctions): ParameterReader<MessageOfItem> {
	const items = context.getInputData();
	const readTemplate = templateReader(context);
	const readOptions = renderOptionsReader(context);
	return (itemIndex) => {
		const template = readTemplate(itemIndex);
		if (Object.keys(template).length === 0) throw noTemplate(itemIndex);
		return { template, context: items[itemIndex].json, options: readOptions(itemIndex) };
	};
}

function messageItemWriter(
	context: IExecuteFunctions,
): (itemIndex: number, finished: Finished) => INodeExecutionData {
	const items = context.getInputData();
	const outputField = parameterReader<string>(context, 'options.outputField', 'message');
	return (itemIndex, { message, coupons }) => {
		const item = withFields(items[itemIndex], itemIndex, coupons ? couponsField(coupons) : {});
		// Pictures go on as files of the item.
		const fields = asJson({ ...message, pictures: undefined });
		if (message.sms !== undefined) fields.smsLength = asJson(smsLength(message.sms));
		item.json = withValueAt(item.json, outputField(itemIndex) || 'message', fields);
		return item;
	};
}

function couponsField(coupons: readonly MacroCoupon[]): IDataObject {
	return { coupons: coupons.map((coupon) => ({ ...couponFields(coupon), macro: coupon.macro })) };
}

function renderOptionsReader(context: IExecuteFunctions): ParameterReader<RenderOptions> {
	const missingFields = parameterReader<'blank' | 'error'>(context, 'missingFields', 'error');
	const timezone = parameterReader<string>(context, 'options.timezone', '');
	const locale = parameterReader<string>(context, 'options.locale', '');
	const dateFormat = parameterReader<string>(context, 'options.dateFormat', '');
	const pictures = parameterReader<'attached' | 'inline'>(context, 'options.pictures', 'attached');
	const noExpiry = parameterReader<string>(context, 'options.noExpiry', '');
	const workflowTimezone = context.getTimezone();
	return (itemIndex) => ({
		missingFields: missingFields(itemIndex),
		timezone: timezone(itemIndex) || workflowTimezone,
		pictures: pictures(itemIndex),
		...(locale(itemIndex) && { locale: locale(itemIndex) }),
		...(dateFormat(itemIndex) && { dateFormat: dateFormat(itemIndex) }),
		...(noExpiry(itemIndex) && { noExpiry: noExpiry(itemIndex) }),
	});
}

function noTemplate(itemIndex: number) {
	return invalidParameter(
		`There is no template to render [Item ${itemIndex}]`,
		"Write at least one of the parts that are chosen under 'Parts'.",
		itemIndex,
	);
}
