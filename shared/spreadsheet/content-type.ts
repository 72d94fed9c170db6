/** What an answer with a spreadsheet in it is. */
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
