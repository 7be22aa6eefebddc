import { csvLine, withoutApostrophes } from '../../../lib/assignments/csv';

it.each([
	['=1', "'=1"],
	['+1-1', "'+1-1"],
	['+491701234567', '+491701234567'],
	['-1', "'-1"],
	['@x', "'@x"],
	['＝1', "'＝1"],
	['＋1', "'＋1"],
	['－1', "'－1"],
	['＠x', "'＠x"],
	['\tx', "'\tx"],
	['\rx', '"\'\rx"'],
	['a=1', 'a=1'],
	["'=1", "''=1"],
	["'a", "'a"],
	["a;=cmd|'/C calc'!A0;b", "a;'=cmd|'/C calc'!A0;b"],
	["a; '-1", "a;' '-1"],
	['+4917;+4918', '+4917;+4918'],
	['a;b', 'a;b'],
	['a,b', '"a,b"'],
	['say "x"', '"say ""x"""'],
	['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
	['', ''],
])('The cell %j is written as %j', (cell, written) => {
	expect(csvLine([cell])).toBe(`${written}\r\n`);
});

it.each(['=1', "'=1", "''=1", "'+49", '+49', "'a", 'a;=1', "a;'=1;+1-1", "a; =1;'", ';;@'])(
	'The cell %j is read back as it was',
	(cell) => {
		expect(withoutApostrophes(csvLine([cell]).trimEnd())).toBe(cell);
	},
);
