/** The public face of the library: what a script may use, and all that the nodes use. */
export { CouponPools, openCouponPools } from './coupon-pools';
export { CouponPoolsError, type ErrorCode } from './errors';
export { checkRequest } from './assignments/check-requests';
export type * from './assignments/coupon';
export type { PreviewOptions } from './assignments/preview';
export type {
	InvalidRow,
	UploadItem,
	UploadOptions,
	UploadReport,
	UploadSource,
} from './codes/upload';
export type { DatabaseSettings } from './database/open';
export type * from './messages/message';
export { compileMessage, macroCalls, render } from './messages/render';
export type { CreatePoolOptions } from './pools/create-pool';
export type { PoolReference } from './pools/find-pool';
export type { ListPoolsFilter, PoolStatusFilter } from './pools/list-pools';
export type * from './pools/pool';
export type { PoolGlance } from './stock/glance-at-pools';
export type * from './stock/stock-report';
