import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalText, cellText, declareSheet, good, halfWidth } from './sheet.ts';

describe('the text of a cell', () => {
  test('loses control characters and outer spaces, full-width ones too, and nothing else', () => {
    expect(canonicalText('\u3000\ufeff张\u0000 \t三\r\n\u00a0')).toBe('张 三');
    expect(canonicalText('﨎𠮷')).toBe('﨎𠮷');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => canonicalText(canonicalText(text)) === canonicalText(text)),
    );
  });

  test('full-width signs become ASCII; Chinese stays', () => {
    expect(halfWidth('４４０ｘＸ－（中）')).toBe('440xX-(中)');
  });

  test('of a value is what the column shows, the name of its code, or the value itself', () => {
    const { columns } = declareSheet<{ sex: string; date: string; size: number }>({
      module: '',
      name: '',
      title: '',
      instructions: [],
      columns: [
        { key: 'sex', title: '性别', required: true, kind: 'code', codes: { rows: [['1', '男']] }, parse: good },
        {
          key: 'date',
          title: '日期',
          required: true,
          kind: 'date',
          parse: good,
          show: (date) => date.replaceAll('-', ''),
        },
        { key: 'size', title: '身高', required: true, kind: 'number', parse: (text) => good(Number(text)) },
      ],
    });
    const [sex, date, size] = columns;
    expect([cellText(sex!, '1'), cellText(sex!, '7'), cellText(sex!, undefined)]).toEqual(['男', '7', '']);
    expect([cellText(date!, '2010-09-01'), cellText(size!, 140.5)]).toEqual(['20100901', '140.5']);
  });
});
