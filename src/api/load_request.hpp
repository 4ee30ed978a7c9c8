// The arguments that the functions which read a source table begin with. Include it after C++ headers.
#pragma once

#include "copy/loader.hpp"

extern "C" {
#include "fmgr.h"
}

copy::LoadRequest load_request(FunctionCallInfo fcinfo);
