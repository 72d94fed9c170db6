import { Button, Tabs } from 'antd';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { getStudentRecord } from '../../../contracts/student.ts';
import type { StudentRecord } from '../../../contracts/student.ts';
import { assignedTitles } from '../../../contracts/student.ts';
import { shownTitle, studentFieldTitles } from '../../../contracts/student-form.ts';
import { hasFailed, useRead } from '../../../shared/web/api.ts';
import { EmptyState } from '../../../shared/web/EmptyState.tsx';
import { dateText, timeText } from '../../../shared/web/formats.ts';
import { IdNumber } from '../../../shared/web/IdNumber.tsx';
import { PageHeader } from '../../../shared/web/PageHeader.tsx';
import { ReviewSections } from '../../../shared/web/ReviewSections.tsx';
import type { ReviewSection } from '../../../shared/web/ReviewSections.tsx';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { Unread } from '../../../shared/web/Unread.tsx';
import { KeyChangeLink } from '../../key-change/web/KeyChangeLink.tsx';
import { paths, problemPath } from '../../web/paths.ts';
import { CustodyBanner, CustodyCell, StatusTag } from './custody.tsx';
import { RevealNumbers } from './RevealNumbers.tsx';
import { StudentEvents } from './StudentEvents.tsx';
import { StudentPhoto } from './StudentPhoto.tsx';
import { StudentPictures } from './StudentPictures.tsx';

/** In the address: which tab is open. */
const TAB = 'tab';

/** One record (学籍): the form, what happened to it, evidence and family (features 5.1, 15.1). */
export function StudentPage() {
  const { id = '' } = useParams();
  const query = useRead(getStudentRecord, { id });
  if (query.data && !hasFailed(query)) return <Record record={query.data} />;
  return (
    <>
      <PageHeader title="学籍信息" extra={<Back />} />
      <Unread query={query} rows={12} />
    </>
  );
}

function Record({ record }: { record: StudentRecord }) {
  const { student, sections, family, events } = record;
  const hasLeft = student.custody === 'moved-out';
  const [params, setParams] = useSearchParams();
  const chosen = params.get(TAB) ?? 'basic';
  const items = [
    { key: 'basic', label: '基本信息', children: <ReviewSections sections={readable(sections)} /> },
    { key: 'family', label: '家庭成员', children: <Family sections={family} /> },
    {
      key: 'events',
      label: '学籍变动情况',
      children: <StudentEvents events={events} cases={record.cases} hasLeft={hasLeft} />,
    },
    { key: 'evidence', label: '证明材料', children: <StudentPictures studentId={student.id} /> },
  ];
  return (
    <>
      <PageHeader
        title={student.name}
        note={`${student.schoolName}　${gradeAndClass(record)}`}
        extra={
          <>
            <KeyChangeLink student={student} openBusiness={record.openBusiness} />
            <Back />
          </>
        }
      />
      <CustodyBanner student={student} />
      <div className="student-top">
        <StudentPhoto student={student} />
        <Facts record={record} />
      </div>
      <Tabs
        activeKey={items.some(({ key }) => key === chosen) ? chosen : 'basic'}
        onChange={(tab) => setParams({ [TAB]: tab }, { replace: true })}
        items={items}
        destroyOnHidden
      />
    </>
  );
}

/** To the list as it was left, or to the list. */
function Back() {
  const navigate = useNavigate();
  const back = (): void => {
    const { idx } = (history.state ?? {}) as { idx?: number };
    if (idx) void navigate(-1);
    else void navigate(paths.students);
  };
  return <Button onClick={back}>返回列表</Button>;
}

function gradeAndClass({ student: { className, gradeName } }: StudentRecord): string {
  return className ?? `${gradeName}（${assignedTitles.no}）`;
}

/** What the record is, before what is in it. */
function Facts({ record }: { record: StudentRecord }) {
  const { student, createdAt, openBusiness } = record;
  return (
    <dl className="student-facts" aria-label="学籍概况">
      <div className="numbers">
        <dt>学籍号</dt>
        <dd>
          <RevealNumbers student={student} />
        </dd>
      </div>
      <div>
        <dt>学生状态</dt>
        <dd>
          <StatusTag status={student.status} custody={student.custody} />
        </dd>
      </div>
      <div>
        <dt>学籍归属</dt>
        <dd>
          <CustodyCell row={{ custody: student.custody, departure: null }} />
        </dd>
      </div>
      <div>
        <dt>问题学籍</dt>
        <dd>
          <Problems record={record} />
        </dd>
      </div>
      {openBusiness && (
        <div>
          <dt>在办业务</dt>
          <dd>
            <StateTag tone="going-on">{openBusiness}</StateTag>
          </dd>
        </div>
      )}
      <div>
        <dt>建立学籍</dt>
        <dd>{dateText(createdAt)}</dd>
      </div>
      <div>
        <dt>最近变动</dt>
        <dd>{timeText(student.changedAt)}</dd>
      </div>
    </dl>
  );
}

function Family({ sections }: { sections: StudentRecord['family'] }) {
  if (sections.length === 0) return <EmptyState>学籍中没有登记家庭成员</EmptyState>;
  return <ReviewSections sections={readable(sections)} />;
}

function readable(sections: StudentRecord['sections']): ReviewSection[] {
  return sections.map(({ title, items }) => ({
    title,
    items: items.map((item) => ({
      title: shownTitle(item.title),
      value: item.title === studentFieldTitles.idNumber ? <IdNumber value={item.value} /> : item.value,
    })),
  }));
}

/** Each problem leads to its group, where it is handled and its history is; those that are settled too. */
function Problems({ record: { student, problems } }: { record: StudentRecord }) {
  if (problems.length === 0) return student.problem ? '是' : '否';
  return (
    <ul>
      {problems.map(({ recordId, title, isOpen }) => (
        <li key={recordId}>
          <StateTag tone={isOpen ? 'bad' : 'good'}>{isOpen ? '处理中' : '已解除'}</StateTag>{' '}
          <Link to={problemPath(recordId)}>{title}</Link>
        </li>
      ))}
    </ul>
  );
}
