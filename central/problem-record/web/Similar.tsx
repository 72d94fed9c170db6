import { Link } from 'react-router';
import type { LinkedGroup } from '../../../contracts/problem-linkage.ts';
import { dateText } from '../../../shared/web/formats.ts';
import { StateTag } from '../../../shared/web/StateTag.tsx';
import { groupPath } from './group-path.ts';

/** Earlier decisions, so that like is decided alike. */
export function Similar({ similar }: Pick<LinkedGroup, 'similar'>) {
  return (
    <section className="review-section">
      <h3>同类仲裁先例</h3>
      {similar.length === 0 && <p className="note">教育部还没有作出过仲裁，没有先例可以参照</p>}
      <ul className="similar">
        {similar.map(({ groupId, at, winner, losers, opinion, isAlike }) => (
          <li key={groupId}>
            <Link to={groupPath(groupId)}>{dateText(at)}</Link>
            {isAlike && <StateTag tone="good">情形相同</StateTag>}
            <span>
              通过：{winner}；不通过：{losers.join('、')}
            </span>
            <span className="note">{opinion}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
