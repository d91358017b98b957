#include "tests/oracle/services.h"

#include "models/dynamodb.h"
#include "models/s3.h"
#include "models/sqs.h"
#include "models/sts.h"

namespace fogbank::oracle {

const aws::ServiceModel* find_service(std::string_view name) {
  if (name == "sqs") return &models::sqs::model();
  if (name == "sts") return &models::sts::model();
  if (name == "s3") return &models::s3::model();
  if (name == "dynamodb") return &models::dynamodb::model();
  return nullptr;
}

}  // namespace fogbank::oracle
