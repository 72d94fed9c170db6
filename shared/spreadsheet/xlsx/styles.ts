/** The looks that our workbooks use, in the order of their numbers. Every one has the text number format (`@`). */
export const cellStyles = {
  plain: { font: 'normal', fill: 'none', wrap: false },
  header: { font: 'bold', fill: 'grey', wrap: true },
  requiredHeader: { font: 'red', fill: 'grey', wrap: true },
  error: { font: 'normal', fill: 'red', wrap: false },
  warning: { font: 'normal', fill: 'yellow', wrap: false },
  title: { font: 'bold', fill: 'none', wrap: false },
  wrapped: { font: 'normal', fill: 'none', wrap: true },
} as const satisfies Record<string, { font: keyof typeof fonts; fill: keyof typeof fills; wrap: boolean }>;
export type CellStyle = keyof typeof cellStyles;

const fonts = {
  normal: '<font><sz val="11"/><name val="宋体"/></font>',
  bold: '<font><b/><sz val="11"/><name val="宋体"/></font>',
  red: '<font><b/><sz val="11"/><color rgb="FFC00000"/><name val="宋体"/></font>',
};

/** The first two fills are Excel's own and cannot be chosen. */
const fills = {
  none: '<fill><patternFill patternType="none"/></fill>',
  reserved: '<fill><patternFill patternType="gray125"/></fill>',
  grey: solid('FFE7E6E6'),
  red: solid('FFFFC7CE'),
  yellow: solid('FFFFEB9C'),
};

function solid(rgb: string): string {
  return `<fill><patternFill patternType="solid"><fgColor rgb="${rgb}"/><bgColor indexed="64"/></patternFill></fill>`;
}

const styleNames = Object.keys(cellStyles) as CellStyle[];
const styleIndexes = Object.fromEntries(styleNames.map((name, index) => [name, index + 1])) as Record<
  CellStyle,
  number
>;

/** The number by which cells name the style; 0 is Excel's default. */
export function styleIndex(style: CellStyle): number {
  return styleIndexes[style];
}

/** Excel's built-in number format for text. */
const TEXT_FORMAT = 49;

export function stylesXml(): string {
  const formats = styleNames.map((name) => {
    const { font, fill, wrap } = cellStyles[name];
    const fontId = Object.keys(fonts).indexOf(font);
    const fillId = Object.keys(fills).indexOf(fill);
    const alignment = wrap ? '<alignment vertical="center" wrapText="1"/>' : '';
    return (
      `<xf numFmtId="${TEXT_FORMAT}" fontId="${fontId}" fillId="${fillId}" borderId="0" xfId="0"` +
      ` applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1">${alignment}</xf>`
    );
  });
  return (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' +
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
    list('fonts', Object.values(fonts)) +
    list('fills', Object.values(fills)) +
    list('borders', ['<border><left/><right/><top/><bottom/><diagonal/></border>']) +
    list('cellStyleXfs', ['<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>']) +
    list('cellXfs', ['<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>', ...formats]) +
    list('cellStyles', ['<cellStyle name="Normal" xfId="0" builtinId="0"/>']) +
    '</styleSheet>'
  );
}

function list(name: string, items: readonly string[]): string {
  return `<${name} count="${items.length}">${items.join('')}</${name}>`;
}
