import { checkStateTitles } from '../../../contracts/registration.ts';
import { entryTitle } from '../../../contracts/registration-entry.ts';
import type { RegistrationDetail } from '../../../contracts/registration.ts';
import { REGISTRATION_PHOTO } from '../../../contracts/photo.ts';
import { shownTitle, studentFieldTitles } from '../../../contracts/student-form.ts';
import type { ReviewSubject } from '../../../shared/web/ApplicationDetail.tsx';
import { timeText } from '../../../shared/web/formats.ts';
import { Photo } from '../../../shared/web/Photo.tsx';
import { Pictures } from '../../../shared/web/Pictures.tsx';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';
import { checkStateMeanings, checkStateTones, holderText } from './check-state.tsx';

/** One registration as its reviewers read it. */
export function describeRegistration({ registration, application, sections }: RegistrationDetail): ReviewSubject {
  const { checkState, holder, studentNumber } = registration;
  const own = application.reasonAgainstApproving ?? checkStateMeanings[checkState];
  const meaning = holder ? `${holderText(holder)}，${own}` : own;
  return {
    heading: `${registration.name}　${registration.schoolName}　${registration.className}`,
    photo: <Photo of={{ ownerKind: REGISTRATION_PHOTO, ownerId: registration.id }} />,
    application,
    checks: [
      {
        title: '查重认证状态',
        tone: checkStateTones[checkState],
        text: checkStateTitles[checkState],
        ...(application.state === 'in-review' ? { detail: meaning } : {}),
      },
    ],
    sections: [
      {
        title: entryTitle(registration),
        items: [
          { title: '年级名称', value: registration.gradeName },
          { title: '班级名称', value: registration.className },
          { title: '录入日期', value: timeText(registration.createdAt) },
          ...(studentNumber ? [{ title: '学籍号', value: <IdNumber value={studentNumber} /> }] : []),
        ],
      },
      ...sections.map((section) => ({
        title: section.title,
        items: section.items.map(({ title, value }) => ({
          title: shownTitle(title),
          value: title.endsWith(studentFieldTitles.idNumber) ? <IdNumber value={value} /> : value,
        })),
      })),
    ],
    extra: <Pictures of={{ ownerKind: 'registration', ownerId: registration.id }} />,
  };
}
