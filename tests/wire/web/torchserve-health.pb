
{
  "status": "Healthy"
}
