import { countInbox } from '../../../contracts/application.ts';
import { getProblemGroup } from '../../../contracts/problem-handling.ts';
import { countProblemTurns, listProblemRecords, listProblemTurns } from '../../../contracts/problem-record.ts';

/** The reads that show what an act on a group changes. */
export const changedByActs = [getProblemGroup, listProblemTurns, listProblemRecords, countProblemTurns, countInbox];
