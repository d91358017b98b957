#include "app/commands.h"

namespace fogbank::app {

int command_run(const Words&) { return fail({"run: in the making"}); }

}  // namespace fogbank::app
