import type { z } from 'zod';
import { codeSchema, codeTable } from './code-table.ts';

/** The whole table: family members may be anything. */
export const politicalStatuses = codeTable({
  title: '政治面貌',
  source: 'GB/T 4762-1984',
  rows: [
    ['01', '中共党员'],
    ['02', '中共预备党员'],
    ['03', '共青团员'],
    ['04', '民革会员'],
    ['05', '民盟盟员'],
    ['06', '民建会员'],
    ['07', '民进会员'],
    ['08', '农工党党员'],
    ['09', '致公党党员'],
    ['10', '九三学社社员'],
    ['11', '台盟盟员'],
    ['12', '无党派民主人士'],
    ['13', '群众'],
  ],
  aliases: { 党员: '01', 中国共产党党员: '01', 预备党员: '02', 团员: '03', 共青团: '03', 少先队员: '13' },
});

/** What the student form offers. A Young Pioneer (少先队员) is 群众. */
export const studentPoliticalStatuses = codeTable({
  title: '政治面貌',
  source: 'GB/T 4762-1984；学籍信息表填写说明只取 01、02、03、13',
  rows: [
    ['01', '中共党员'],
    ['02', '中共预备党员'],
    ['03', '共青团员'],
    ['13', '群众'],
  ],
  aliases: { 党员: '01', 预备党员: '02', 团员: '03', 共青团: '03', 少先队员: '13' },
});

export const PoliticalStatus = codeSchema(politicalStatuses);
export type PoliticalStatus = z.infer<typeof PoliticalStatus>;
export const StudentPoliticalStatus = codeSchema(studentPoliticalStatuses);
export type StudentPoliticalStatus = z.infer<typeof StudentPoliticalStatus>;
