/**
 * A document or student number as typed, brought to one form: full-width letters and digits become ASCII; blanks, tabs,
 * NUL, zero-width and other invisible characters go, and so does the apostrophe by which Excel marks text; letters are
 * upper case. Doing it twice changes nothing.
 */
export function canonicaliseNumber(text: string): string {
  // Nearly every one, of the millions that a load reads.
  if (/^[0-9A-Z]*$/.test(text)) return text;
  return text
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, '')
    .replace(/^['’‘`]+/, '')
    .replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/**
 * The check character of 17 characters by ISO 7064 MOD 11-2 (GB 11643-1999 4.4), `0`-`9` or `X`. Letters count A=10 …
 * Z=35, which only temporary student numbers need.
 */
export function checkCharacter(body: string): string {
  const sum = weights.reduce((total, weight, index) => total + weight * Number.parseInt(body[index] ?? '', 36), 0);
  return '10X98765432'[sum % 11] ?? '';
}

/** `20190901` → `2019-09-01`; undefined when the calendar has no such day, or a year before 1900. */
export function dateOfDigits(digits: string): string | undefined {
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6, 8)].map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (!/^\d{8}$/.test(digits) || year < 1900 || month < 1 || month > 12) return undefined;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  if (day < 1 || day > days) return undefined;
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;
}

/** Odd is male, even is female: the 17th digit of a resident id (GB 11643-1999 4.3), the serial of a student number. */
export function sexOfSerial(serial: number): '1' | '2' {
  return serial % 2 === 1 ? '1' : '2';
}
