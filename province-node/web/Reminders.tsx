import { MenuLink } from '../../shared/web/MenuLink.tsx';
import { StateTag } from '../../shared/web/StateTag.tsx';
import { remindersOf } from './inbox.ts';
import type { Reminder, Todo } from './inbox.ts';

/** 提醒: what cannot wait, above everything else, and read out when it changes. `more` comes from elsewhere, such as drafts. */
export function Reminders({ todo, more = [] }: { todo: readonly Todo[]; more?: readonly Reminder[] }) {
  const reminders = [...remindersOf(todo), ...more];
  if (reminders.length === 0) return null;
  return (
    <section className="home-section reminders" aria-label="提醒">
      <h2>提醒</h2>
      <div role="status">
        <ul>
          {reminders.map(({ text, path, newTab, isLate }) => (
            <li key={text}>
              <StateTag tone={isLate ? 'bad' : 'attention'}>{isLate ? '超期' : '注意'}</StateTag>
              <MenuLink path={path} title={text} newTab={newTab} />
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
