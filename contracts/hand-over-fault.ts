import { z } from 'zod';

/** Why the origin does not seal, or the destination cannot take what it got. */
export const HandOverFault = z.enum([
  'no-record',
  'not-in-custody',
  'status-not-allowed',
  'problem-record',
  'open-business',
  'record-too-large',
  'evidence-missing',
  'package-broken',
  'no-school',
  'version-behind',
  'restored-behind',
  'not-as-told',
]);
export type HandOverFault = z.infer<typeof HandOverFault>;
export const handOverFaultTitles: Record<HandOverFault, string> = {
  'no-record': '转出省学籍库中没有这条学籍',
  'not-in-custody': '该学籍已不由转出省管理，或正在调档',
  'status-not-allowed': '该生目前的学籍状态不能转学',
  'problem-record': '该生是问题学籍，处理完毕后才能转学',
  'open-business': '该生在转出省有正在办理的业务',
  'record-too-large': '学籍档案超过可传送的大小',
  'evidence-missing': '转出省缺少学籍档案中的证明材料文件',
  'package-broken': '收到的学籍档案与转出省的清单不一致',
  'no-school': '转入学校已不存在',
  'version-behind': '转出省传送的学籍比已上报全国学籍库的旧',
  'restored-behind': '转出省节点从备份恢复后，缺少该学籍恢复前的最近修改',
  'not-as-told': '转出省传送的学籍与全国学籍库登记的学籍号、姓名等不一致',
};
/** Who can mend it, and how: said with the fault to the people of both sides. */
export const handOverFaultAdvice: Record<HandOverFault, string> = {
  'no-record': '请转出学校核对学籍后，由转入学校重新查询并申请',
  'not-in-custody': '请转入学校稍后重新查询该生学籍所在省，再申请',
  'status-not-allowed': '如状态有误或需要复学，请转出学校先办理学籍异动，再由转入学校重新申请',
  'problem-record': '请转出学校先处理完问题学籍，再由转入学校重新申请',
  'open-business': '请转出学校办结或撤销该业务后，由转入学校重新申请',
  'record-too-large': '请转出学校清理重复的证明材料后，由转入学校重新申请',
  'evidence-missing': '请转出省运行维护人员恢复证明材料文件后，由转入学校重新申请',
  'package-broken': '请转入学校重新申请；如再次出现，请两省运行维护人员核对节点密钥和程序版本',
  'no-school': '请由学生现在就读的学校重新申请',
  'version-behind': '请转出省运行维护人员核对该学籍后，由转入学校重新申请',
  'restored-behind': '请转出学校补录恢复前的修改后，由转入学校重新申请',
  'not-as-told': '请转出省运行维护人员核对该学籍后，由转入学校重新申请',
};
