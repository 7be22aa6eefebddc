/**
 * The text that a workbook means. What XML cannot hold, or would not keep, is written as `_x000D_` there, and an
 * underscore that would begin such a sequence as `_x005F_` (ECMA-376 part 1, 22.9.2.19: ST_Xstring).
 */
export function unescaped(text: string): string {
	return text.includes('_x')
		? text.replaceAll(/_x([0-9A-F]{4})_/gi, (_, unit: string) =>
				String.fromCharCode(Number.parseInt(unit, 16)),
			)
		: text;
}
