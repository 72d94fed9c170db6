import { IN_PROVINCE_TRANSFER } from '../../../contracts/in-province-transfer.ts';
import type { InProvinceDetail } from '../../../contracts/in-province-transfer.ts';
import { recordStatusTitles } from '../../../contracts/national-index.ts';
import { transferReasonTitles } from '../../../contracts/transfer.ts';
import type { ReviewSubject } from '../../../shared/web/ApplicationDetail.tsx';
import { dateText, timeText } from '../../../shared/web/formats.ts';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';
import { Pictures } from '../../../shared/web/Pictures.tsx';

type Pupil = InProvinceDetail['pupil'];

/** The pupil as both sides see them. */
export function pupilItems(pupil: Pupil) {
  return [
    { title: '学生姓名', value: pupil.name },
    { title: '性别', value: pupil.sex },
    { title: '出生日期', value: dateText(pupil.birthDate) },
    { title: '学籍号', value: <IdNumber value={pupil.studentNumber} /> },
    { title: pupil.idType, value: <IdNumber value={pupil.maskedIdNumber} /> },
    { title: '学生状态', value: recordStatusTitles[pupil.status] },
    { title: '学校名称', value: pupil.schoolName },
    { title: '年级名称', value: pupil.gradeName },
  ];
}

/** One transfer as its reviewers read it. */
export function describeTransfer({ transfer, pupil, reason, note, application }: InProvinceDetail): ReviewSubject {
  return {
    heading: `${transfer.name}　${transfer.fromSchoolName} → ${transfer.toSchoolName}`,
    application,
    checks: [],
    sections: [
      {
        title: '转学申请',
        items: [
          { title: '转出学校', value: transfer.fromSchoolName },
          { title: '转出年级', value: transfer.fromGradeName },
          { title: '申请时间', value: timeText(transfer.appliedAt) },
          { title: '转入学校', value: transfer.toSchoolName },
          { title: '转入年级', value: transfer.toGradeName },
          { title: '转学理由', value: transferReasonTitles[reason] },
          ...(note ? [{ title: '说明', value: note }] : []),
        ],
      },
      { title: '转学学生', items: pupilItems(pupil) },
    ],
    extra: <Pictures of={{ ownerKind: IN_PROVINCE_TRANSFER, ownerId: transfer.id }} />,
  };
}
