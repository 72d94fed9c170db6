export const SYSTEM_NAME = '全国中小学生学籍信息管理系统';
