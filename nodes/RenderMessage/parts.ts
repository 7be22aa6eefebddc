import type { IExecuteFunctions, INodeProperties, INodePropertyTypeOptions } from 'n8n-workflow';
import type { MessageTemplate } from '../../lib';
import { parameterReader, type ParameterReader } from '../shared/item-fields';

/** One field of the panel; a push notification has two. */
interface PartField {
	readonly part: 'html' | 'push' | 'sms' | 'subject' | 'text';
	readonly name: 'html' | 'pushBody' | 'pushTitle' | 'sms' | 'subject' | 'text';
	readonly displayName: string;
	readonly example: string;
	readonly typeOptions?: INodePropertyTypeOptions;
}

const FIELDS: readonly PartField[] = [
	{
		part: 'subject',
		name: 'subject',
		displayName: 'Subject',
		example: 'e.g. {{ firstName }}, your 10% off is waiting',
	},
	{
		part: 'html',
		name: 'html',
		displayName: 'HTML',
		example: 'e.g. <p>Your code: <b>{{ coupon.code }}</b></p>',
		// n8n's HTML editor would mark everything in braces as a wrong expression.
		typeOptions: { rows: 12 },
	},
	{
		part: 'text',
		name: 'text',
		displayName: 'Text',
		example: 'e.g. Your code: {{ coupon.code }}',
		typeOptions: { rows: 6 },
	},
	{
		part: 'sms',
		name: 'sms',
		displayName: 'SMS',
		example: 'e.g. Your code: {{ coupon.code }}, valid until {{ date coupon.expiresAt }}',
		typeOptions: { rows: 3 },
	},
	{
		part: 'push',
		name: 'pushTitle',
		displayName: 'Push Title',
		example: 'e.g. Your code is here',
	},
	{
		part: 'push',
		name: 'pushBody',
		displayName: 'Push Text',
		example: 'e.g. {{ coupon.code }} for your cart',
		typeOptions: { rows: 3 },
	},
];

/**
 * The fields for templates that are written in the panel. If the editor could turn what is typed into an expression,
 * n8n would resolve `{{ }}` itself, and find no `coupon`; so it may not.
 */
export const writtenTemplates: INodeProperties[] = FIELDS.map((field) => ({
	displayName: field.displayName,
	name: field.name,
	type: 'string',
	...(field.typeOptions && { typeOptions: field.typeOptions }),
	default: '',
	placeholder: field.example,
	noDataExpression: true,
	displayOptions: { show: { templates: ['written'], parts: [field.part] } },
}));

/** The fields for templates that come from elsewhere: a field of the item, a table of templates. */
export const givenTemplates: INodeProperties[] = FIELDS.map((field) => ({
	displayName: `${field.displayName} Template`,
	name: givenName(field),
	type: 'string',
	default: '',
	placeholder: `e.g. {{ $json.template.${field.name} }}`,
	description: 'An expression that gives the template',
	displayOptions: { show: { templates: ['given'], parts: [field.part] } },
}));

function givenName(field: PartField): string {
	return `${field.name}Template`;
}

/** The template of an item, with the chosen parts. */
export function templateReader(context: IExecuteFunctions): ParameterReader<MessageTemplate> {
	const given = context.getNodeParameter('templates', 0, 'written') === 'given';
	// An expression may make anything of the list.
	const chosen: unknown = context.getNodeParameter('parts', 0, []);
	const parts: readonly unknown[] = Array.isArray(chosen) ? chosen : [chosen];
	const readers = FIELDS.filter((field) => parts.includes(field.part)).map((field) => ({
		name: field.name,
		read: parameterReader<unknown>(context, given ? givenName(field) : field.name, ''),
	}));
	return (itemIndex) => {
		const texts: Partial<Record<PartField['name'], string>> = {};
		for (const { name, read } of readers) {
			const text = String(read(itemIndex) ?? '');
			if (text) texts[name] = text;
		}
		const { pushTitle, pushBody, ...template } = texts;
		if (pushTitle === undefined && pushBody === undefined) return template;
		return {
			...template,
			push: {
				...(pushTitle !== undefined && { title: pushTitle }),
				...(pushBody !== undefined && { body: pushBody }),
			},
		};
	};
}
