import { useRouteError } from 'react-router';
import { ErrorView } from './ErrorView.tsx';

/** Instead of a page that broke, or whose code could not be loaded (the node was upgraded meanwhile: a reload helps). */
export function PageError() {
  return <ErrorView error={useRouteError()} onRetry={() => location.reload()} />;
}
