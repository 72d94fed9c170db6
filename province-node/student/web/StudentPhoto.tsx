import { STUDENT_PHOTO } from '../../../contracts/photo.ts';
import type { StudentRow } from '../../../contracts/student.ts';
import { Photo, PhotoField } from '../../../shared/web/Photo.tsx';
import { useSession } from '../../../shared/web/session.ts';

/** 学籍照片 on the record's page: the pupil's school changes it, everybody else looks at it (features 5.1). */
export function StudentPhoto({ student: { id, schoolId, custody } }: { student: StudentRow }) {
  const { role, org } = useSession();
  const of = { ownerKind: STUDENT_PHOTO, ownerId: id };
  if (role !== 'school-registrar' || org.id !== schoolId) return <Photo of={of} />;
  return (
    <PhotoField of={of} reason={custody === 'active' ? undefined : '该生学籍正在调往外省或已调出，照片不能再修改'} />
  );
}
