// PointWatch: since when is it known which points came and went?
//
//   PointWatch watch(earlier, made.inventory);
//   ... while the two are merged ...
//   watch.Gap();                             // a point was not looked for
//   watch.Late(&point);                      // it should have been listed
//   watch.Finish(&made, &notes);             // Inventory.observed_from
//
// A watch begins where a listing is added to an older one, and every list of
// points was read to its end; it goes on with each newer one of that kind. A
// point that was captured before the listing before, and was not in it, was not
// there yet. Where a listing leaves a gap, the watch begins anew.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_POINT_WATCH_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_POINT_WATCH_H_

#include <string>
#include <vector>

#include "recoveryline/v1/inventory.pb.h"
#include "tools/importers/asr_inventory.h"

namespace recoveryline::asr {

bool IsBefore(const google::protobuf::Timestamp& a,
              const google::protobuf::Timestamp& b);

// When the point is there, or was captured where it does not say.
const google::protobuf::Timestamp& AvailableFrom(
    const v1::RecoveryPoint& point);

class PointWatch {
 public:
  // REQUIRES: `earlier` outlives this.
  PointWatch(const v1::Inventory& earlier, const v1::Inventory& listing);

  void Gap() { whole_ = false; }
  // A point of a machine that the earlier inventory has, and that it lacks.
  // REQUIRES: it stays where it is until the watch is finished.
  void Late(v1::RecoveryPoint* point);
  // A machine that the earlier inventory lacks.
  void NewVm(const v1::Vm& vm);

  // Once all is merged.
  void Finish(AsrInventory* made, std::vector<std::string>* notes) const;

 private:
  bool IsOld(const v1::RecoveryPoint& point) const;

  const v1::Inventory& earlier_;
  const bool goes_on_;   // with a listing that is not older
  const bool is_newer_;  // but newer
  bool whole_ = true;
  std::vector<v1::RecoveryPoint*> late_;
};

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_POINT_WATCH_H_
