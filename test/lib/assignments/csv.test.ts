import { csvLine } from '../../../lib/assignments/csv';

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
	['a,b', '"a,b"'],
	['say "x"', '"say ""x"""'],
	['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
	['', ''],
])('The cell %j is written as %j', (cell, written) => {
	expect(csvLine([cell])).toBe(`${written}\r\n`);
});
