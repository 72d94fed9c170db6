import { DRAFT_KEPT_DAYS, discardEntry, entryTitle, listEntryDrafts } from '../../../contracts/registration-entry.ts';
import type { EntryDraftRow } from '../../../contracts/registration-entry.ts';
import type { RegistrationKind } from '../../../contracts/registration.ts';
import { hasFailed, useAct, useRead } from '../../../shared/web/api.ts';
import { custom, time } from '../../../shared/web/columns.tsx';
import type { Column } from '../../../shared/web/columns.tsx';
import { ErrorView } from '../../../shared/web/ErrorView.tsx';
import { dateText } from '../../../shared/web/formats.ts';
import { useMessages } from '../../../shared/web/messages.tsx';
import { QueryTable } from '../../../shared/web/QueryTable.tsx';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { draftPath } from './draft-links.ts';

const columns: Column<EntryDraftRow>[] = [
  custom('name', '学生姓名', ({ name }) => name || '还没有填写姓名'),
  custom('kind', '注册类别', entryTitle),
  custom('isMending', '来源', ({ isMending }) => (isMending ? '退回修改' : '本人录入')),
  time('savedAt', '最近保存', { sortable: true }),
  custom('endsOn', '保留至', ({ endsOn, endsSoon }) =>
    endsSoon ? <StateTag tone="attention">{dateText(endsOn)}，即将清除</StateTag> : dateText(endsOn),
  ),
];

/** 未提交的草稿 of one kind, until when each is kept; nothing when there is none. */
export function Drafts({ kind }: { kind: RegistrationKind }) {
  const any = useRead(listEntryDrafts, { kind, pageSize: 1 });
  const discard = useAct(discardEntry, { invalidates: [listEntryDrafts] });
  const messages = useMessages();
  if (hasFailed(any)) return <DraftsMissing error={any.error} onRetry={() => void any.refetch()} />;
  if (!any.data || any.data.total === 0) return null;
  return (
    <section id="drafts" className="home-section" aria-labelledby="drafts-title">
      <h2 id="drafts-title">{listEntryDrafts.title}</h2>
      <p className="note">
        超过 {DRAFT_KEPT_DAYS} 天没有继续填写的草稿自动清除，含已上传而未提交的证明材料；继续填写即重新计算。
      </p>
      <QueryTable
        endpoint={listEntryDrafts}
        fixed={{ kind }}
        rowKey="id"
        columns={columns}
        prefix="draft-"
        empty="没有未提交的草稿"
        actions={(row) => [
          { title: '继续填写', to: draftPath(row) },
          {
            title: row.isMending ? '放弃修改' : '清除',
            danger: true,
            confirm: {
              consequence: row.isMending
                ? `${row.name}恢复为退回时的内容，还没有重新提交的修改和新上传的材料将被清除，不能撤销。`
                : `${row.name || '这名学生'}已填写的内容和已上传的证明材料将全部清除，不能撤销。`,
            },
            onRun: async () => {
              await discard.mutateAsync({ id: row.id });
              messages.success('草稿已清除');
            },
          },
        ]}
      />
    </section>
  );
}

/** What was typed is there; it only cannot be shown. */
function DraftsMissing({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <section className="home-section" aria-label={listEntryDrafts.title}>
      <h2>{listEntryDrafts.title}</h2>
      <ErrorView error={error} onRetry={onRetry} />
    </section>
  );
}
